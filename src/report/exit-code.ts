import type { Failure } from '../errors/catalogue.ts'

/** How a command ended. */
export type Result =
  | 'converged'
  | 'suspended'
  | 'error'
  | 'changes'
  | 'withheld'
  | 'partial'
  | 'unreachable'
  | 'locked'
  | 'credentials'
  | 'config'
  | 'interrupted'

/** Exit codes, after sysexits.h where it has one (69 EX_UNAVAILABLE, 75 EX_TEMPFAIL, 77 EX_NOPERM, 78 EX_CONFIG). */
export const exitCodes = [
  {
    code: 0,
    results: ['converged', 'suspended'],
    meaning:
      'Converged: the target holds what the source says. `plan`: also when there are changes. `push`: also when suspended.',
  },
  {
    code: 1,
    results: ['error'],
    meaning:
      'An error that no other row names; whatever `check` found wrong; nobody whom `explain` could find; a result that could not be written.',
  },
  {
    code: 2,
    results: ['changes'],
    meaning: '`plan --detailed-exitcode`: there are changes. Without the flag it is 0.',
  },
  {
    code: 3,
    results: ['withheld'],
    meaning:
      'Something was withheld that wants a look (removals, ambiguous or conflicting entries, unread parts); all else was applied.',
  },
  { code: 4, results: ['partial'], meaning: 'Some actions failed; all else was applied.' },
  {
    code: 69,
    results: ['unreachable'],
    meaning: 'Source, target or API server unreachable; nothing was written.',
  },
  {
    code: 75,
    results: ['locked'],
    meaning:
      'Another run holds the lock, and this one did nothing; or the lock was lost in the middle, and this one stopped writing.',
  },
  {
    code: 77,
    results: ['credentials'],
    meaning: 'Source, target or cluster refused the credentials, or a right is missing.',
  },
  {
    code: 78,
    results: ['config'],
    meaning: 'The configuration or the command line is wrong.',
  },
  {
    code: 130,
    results: [],
    meaning: 'Ended by SIGINT, after finishing what was in flight and reporting.',
  },
  {
    code: 143,
    results: ['interrupted'],
    meaning: 'Ended by SIGTERM, after finishing what was in flight and reporting.',
  },
] as const satisfies readonly { code: number; results: readonly Result[]; meaning: string }[]

const codes: Readonly<Record<Result, number>> = {
  converged: 0,
  suspended: 0,
  error: 1,
  changes: 0,
  withheld: 3,
  partial: 4,
  unreachable: 69,
  locked: 75,
  credentials: 77,
  config: 78,
  interrupted: 143,
}

/** The exit code of a result. `detailed` makes 2 of a plan with changes; `signal` tells SIGINT from SIGTERM. */
export const exitCodeOf = (
  result: Result,
  {
    detailed = false,
    signal = 'SIGTERM',
  }: { readonly detailed?: boolean; readonly signal?: 'SIGTERM' | 'SIGINT' } = {},
): number => {
  if (result === 'changes' && detailed) return 2
  if (result === 'interrupted' && signal === 'SIGINT') return 130
  return codes[result]
}

const byFailure: Readonly<Record<Failure, Result>> = {
  config: 'config',
  credentials: 'credentials',
  unreachable: 'unreachable',
  locked: 'locked',
  protocol: 'error',
  internal: 'error',
}

export const resultOfFailure = (failure: Failure): Result => byFailure[failure]

/** From the best to the worst: what can wait, what wants a look, what did not work at all, what was cut short. */
const gravity: readonly number[] = [0, 2, 75, 3, 4, 69, 77, 78, 1, 130, 143]

/** The exit code of several runs: the worst of theirs, 0 of none. A code that is not ours is the worst of all. */
export const worstOf = (codes: readonly number[]): number =>
  codes.reduce((worst, code) => (rank(code) > rank(worst) ? code : worst), 0)

const rank = (code: number): number => {
  const at = gravity.indexOf(code)
  return at < 0 ? gravity.length : at
}
