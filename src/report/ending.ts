import type { Result } from './exit-code.ts'
import type { RunReport } from './report.ts'

/** How a run ended, for a person. */
export interface Ending {
  readonly tone: 'good' | 'notice' | 'bad'
  /** Two or three words: `changes found`. */
  readonly title: string
  /** A sentence. */
  readonly text: string
}

const endings: Readonly<Record<Result, Ending>> = {
  converged: {
    tone: 'good',
    title: 'converged',
    text: 'Converged: the target holds what the source says.',
  },
  suspended: {
    tone: 'notice',
    title: 'suspended',
    text: 'Suspended: spec.suspend is true, so nothing was read or written.',
  },
  changes: { tone: 'notice', title: 'changes', text: 'There are changes; nothing was written.' },
  withheld: {
    tone: 'notice',
    title: 'withheld',
    text: 'Some things were withheld; all else is as the source says.',
  },
  partial: {
    tone: 'bad',
    title: 'some actions failed',
    text: 'Some actions failed; the next run tries them again.',
  },
  error: { tone: 'bad', title: 'failed', text: 'The run failed.' },
  unreachable: {
    tone: 'bad',
    title: 'unreachable',
    text: 'Source or target unreachable; nothing was written.',
  },
  locked: { tone: 'notice', title: 'locked', text: 'Another run holds the lock; nothing was written.' },
  credentials: {
    tone: 'bad',
    title: 'credentials refused',
    text: 'Source or target refused the credentials.',
  },
  config: { tone: 'bad', title: 'wrong configuration', text: 'The configuration is wrong.' },
  interrupted: {
    tone: 'notice',
    title: 'interrupted',
    text: 'Stopped before the end; the next run goes on from here.',
  },
}

const withheldFromPlan: Ending = {
  ...endings.withheld,
  text: 'Some things would be withheld; nothing was written.',
}

const lockLost: Ending = {
  tone: 'bad',
  title: 'lock lost',
  text: 'The lock was lost, so no further write was begun; the next run goes on from here.',
}

export const endingOf = ({ dryRun, result, error }: RunReport): Ending => {
  if (error?.code === 'LOCK_LOST') return lockLost
  return dryRun && result === 'withheld' ? withheldFromPlan : endings[result]
}
