import Table from 'cli-table3'
import { jsonDocument } from './json.ts'
import { trimEndOf } from '../lib/trim-end.ts'
import { printable } from './printable.ts'

const LIST_VERSION = 'scim-push.io/list/v1'

/** A SyncConfig of a cluster, and how it is. */
export interface ListEntry {
  readonly kind: 'configmap' | 'syncconfig'
  readonly name: string
  readonly source: string | null
  readonly target: string | null
  readonly suspended: boolean
  /** Of the condition Ready: `True`, `False` or `Unknown`. */
  readonly ready: string
  readonly reason: string
  readonly message: string
  readonly lastRun: Date | null
  readonly lastSuccess: Date | null
  readonly createdAt: Date | null
}

export const renderListJson = (namespace: string, entries: readonly ListEntry[]): string =>
  jsonDocument({ version: LIST_VERSION, namespace, items: entries })

/** A table as kubectl prints one; times as ages, as they are there. */
export const renderListText = (namespace: string, entries: readonly ListEntry[], nowMs: number): string => {
  if (entries.length === 0)
    return `No SyncConfig in the namespace ${namespace}: neither a custom resource nor a ConfigMap with the label scim-push.io/syncconfig=true.\n`
  const table = new Table({
    chars: borderless,
    style: { 'padding-left': 0, 'padding-right': 3, head: [], border: [], compact: true },
    head: ['NAME', 'SOURCE', 'TARGET', 'READY', 'REASON', 'LAST SUCCESS', 'LAST RUN'],
  })
  for (const { kind, name, source, target, suspended, ready, reason, lastRun, lastSuccess } of entries)
    table.push(
      [
        `${kind}/${name}`,
        source ?? '<none>',
        target ?? '<none>',
        ready,
        suspended && reason !== 'Suspended' ? `${reason} (suspended)` : reason,
        age(lastSuccess, nowMs),
        age(lastRun, nowMs),
      ].map(printable),
    )
  const lines = table.toString().split('\n')
  return `${lines.map((line) => trimEndOf(line, ' ')).join('\n')}\n`
}

const none = ''
const borderless = {
  top: none,
  'top-mid': none,
  'top-left': none,
  'top-right': none,
  bottom: none,
  'bottom-mid': none,
  'bottom-left': none,
  'bottom-right': none,
  left: none,
  'left-mid': none,
  mid: none,
  'mid-mid': none,
  right: none,
  'right-mid': none,
  middle: none,
}

const units: readonly (readonly [seconds: number, unit: string])[] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'm'],
]

/** `5m ago`: whole units, as many as fit. */
const age = (date: Date | null, nowMs: number): string => {
  if (date === null) return 'never'
  const seconds = Math.max(0, Math.floor((nowMs - date.getTime()) / 1000))
  const [size, unit] = units.find(([one]) => seconds >= 2 * one) ?? [1, 's']
  return `${Math.floor(seconds / size)}${unit} ago`
}
