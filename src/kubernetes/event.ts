import { approvalWords } from '../report/approving.ts'
import { digest } from '../report/digest.ts'
import { printable } from '../report/printable.ts'
import type { RunReport } from '../report/report.ts'
import { withheldRemovals } from '../report/withheld-removals.ts'

/** What an event of events.k8s.io/v1 says of a run. */
export interface EventText {
  readonly type: 'Normal' | 'Warning'
  readonly reason:
    | 'SyncSucceeded'
    | 'SyncFailed'
    | 'SyncPartiallyFailed'
    | 'SyncInterrupted'
    | 'ConfigInvalid'
    | 'RemovalsWithheld'
    | 'EntriesWithheld'
    | 'SyncSkippedLocked'
  /** At most 1,024 bytes. Names no user. */
  readonly note: string
}

const MAX_NOTE_BYTES = 1024

/** One event a run; null for a suspended one, which did nothing. */
export const eventOf = (report: RunReport): EventText | null => {
  const reason = reasonOf(report)
  if (reason === null) return null
  const approval = report.result === 'withheld' ? approvalWords(report) : ''
  const approve = approval === '' ? '' : ` To let these removals pass once: ${approval}.`
  return {
    type: reason === 'SyncSucceeded' ? 'Normal' : 'Warning',
    reason,
    note: cut(`${printable(digest(report))}${approve}`),
  }
}

const reasonOf = (report: RunReport): EventText['reason'] | null => {
  switch (report.result) {
    case 'converged':
    case 'changes':
      return 'SyncSucceeded'
    case 'suspended':
      return null
    case 'withheld':
      return withheldRemovals(report).count > 0 ? 'RemovalsWithheld' : 'EntriesWithheld'
    case 'partial':
      return 'SyncPartiallyFailed'
    case 'locked':
      return report.error?.code === 'LOCK_LOST' ? 'SyncFailed' : 'SyncSkippedLocked'
    case 'config':
      return 'ConfigInvalid'
    case 'interrupted':
      return 'SyncInterrupted'
    case 'error':
    case 'unreachable':
    case 'credentials':
      return 'SyncFailed'
  }
}

/** By bytes, as the API server counts, and not within a character. */
const cut = (text: string): string => {
  if (Buffer.byteLength(text) <= MAX_NOTE_BYTES) return text
  const room = MAX_NOTE_BYTES - Buffer.byteLength('…')
  let kept = ''
  let bytes = 0
  for (const character of text) {
    bytes += Buffer.byteLength(character)
    if (bytes > room) break
    kept += character
  }
  return `${kept}…`
}
