import type { RunReport } from '../report/report.ts'

type Result = RunReport['result']
type Tone = 'good' | 'notice' | 'bad'

const words: Readonly<Record<Result, readonly [string, Tone]>> = {
  converged: ['Converged', 'good'],
  changes: ['Dry run: there are changes', 'notice'],
  suspended: ['Suspended', 'notice'],
  withheld: ['Something was withheld', 'notice'],
  locked: ['Another run held the lock', 'notice'],
  interrupted: ['Interrupted', 'notice'],
  partial: ['Some changes failed', 'bad'],
  error: ['Failed', 'bad'],
  unreachable: ['Source or target unreachable', 'bad'],
  credentials: ['Credentials refused', 'bad'],
  config: ['Configuration wrong', 'bad'],
}

export const labelOf = (result: Result): string => words[result][0]
export const toneOf = (result: Result): Tone => words[result][1]

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always' })

/** `3 minutes ago`, `in 2 hours`. */
export const relativeTime = (date: Date, now: Date): string => {
  const seconds = Math.round((date.getTime() - now.getTime()) / 1000)
  const [unit, size] = units.find(([, each]) => Math.abs(seconds) >= each) ?? ['second', 1]
  return seconds === 0 ? 'now' : relative.format(Math.trunc(seconds / size), unit)
}
