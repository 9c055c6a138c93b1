import { isObject } from '../lib/json.ts'
import type { ListEntry } from '../report/list.ts'
import type { CarriedDocument } from './carrier.ts'

interface Summary {
  readonly source: string | null
  readonly target: string | null
  readonly suspended: boolean
}

/** A SyncConfig as `list` shows it, from the document and from the status that its last run left. */
export const listEntry = (
  { carrier, createdAt }: CarriedDocument,
  summary: Summary,
  status: unknown,
): ListEntry => {
  const { conditions, lastRunTime, lastSuccessTime } = isObject(status) ? status : {}
  const ready: unknown = Array.isArray(conditions)
    ? conditions.find((one: unknown) => isObject(one) && one['type'] === 'Ready')
    : undefined
  const condition = isObject(ready) ? ready : {}
  return {
    ...carrier,
    ...summary,
    ready: textOf(condition['status']) ?? 'Unknown',
    reason: textOf(condition['reason']) ?? 'NotRun',
    message: textOf(condition['message']) ?? '',
    lastRun: dateOf(lastRunTime),
    lastSuccess: dateOf(lastSuccessTime),
    createdAt,
  }
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)

const dateOf = (value: unknown): Date | null => {
  const date = new Date(typeof value === 'string' ? value : Number.NaN)
  return Number.isNaN(date.getTime()) ? null : date
}
