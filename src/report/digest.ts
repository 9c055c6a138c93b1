import type { Kind } from '../plan/action.ts'
import { needsAttention } from './attention.ts'
import { counted } from './counted.ts'
import { totalOf } from './counts.ts'
import type { RunReport } from './report.ts'

const kinds: readonly Kind[] = ['user', 'group', 'membership']

const past: Readonly<Record<string, string>> = {
  create: 'created',
  update: 'updated',
  deactivate: 'deactivated',
  delete: 'deleted',
  add: 'added',
  remove: 'removed',
}

/** A run in one sentence of counts, naming nobody: `2 users created, 1 membership removed; 3 withheld.` */
export const digest = (report: RunReport): string => {
  const { counts, dryRun, result, planHash, gaps, error } = report
  if (result === 'suspended') return 'Suspended: nothing was read or written.'
  if (planHash === null) return error ? `${error.code}: ${error.message}` : 'Ended before there was a plan.'
  const done = kinds.flatMap((kind) =>
    Object.entries(counts[kind]).flatMap(([action, { planned, succeeded }]) => {
      const count = dryRun ? planned : succeeded
      return count === 0 ? [] : [`${counted(count, kind)} ${dryRun ? 'to be ' : ''}${past[action] ?? action}`]
    }),
  )
  const { failed, skipped } = totalOf(counts)
  const held = report.withheld.filter(needsAttention).length
  const trouble = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(held > 0 ? [`${held} withheld`] : []),
    ...(gaps.length > 0 ? [`${counted(gaps.length, 'part')} unread`] : []),
    ...(error ? [`${error.code}: ${error.message}`] : []),
  ]
  const changes = done.length > 0 ? done.join(', ') : 'nothing to change'
  return `${dryRun ? 'Dry run: ' : ''}${[changes, ...trouble].join('; ')}.`
}
