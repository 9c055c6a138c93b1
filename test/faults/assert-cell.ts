import { expect } from 'vitest'
import { catalogue } from '../../src/errors/catalogue.ts'
import { withheldRemedies } from '../../src/report/causes.ts'
import type { RunReport } from '../../src/report/report.ts'
import { duplicatesIn, removalsBetween, type Held } from './held.ts'
import { recovered, type Promised } from './promise.ts'

/** How a run ended, in the matrix's words. */
const promisedBy = (report: RunReport): Promised => {
  const { error, actions, exitCode: exit, phases } = report
  const failed = actions.flatMap(({ outcome }) => (outcome?.status === 'failed' ? [outcome.error] : []))
  if (error) return { outcome: phases.apply === undefined ? 'ended' : 'stopped', exit, code: error.code }
  const [first] = failed
  if (first) return { outcome: 'action failed', exit, code: first.code }
  return { outcome: exit === 0 ? 'recovered' : 'gap', exit, code: null }
}

export interface Played {
  readonly report: RunReport
  /** What the target held before the run and after it, and what it would hold without a fault. */
  readonly before: Held
  readonly after: Held
  readonly undisturbed: Held
  /** After another run without a fault. */
  readonly healed: Held
  /** How often the fault hit. */
  readonly hits: number
}

/** What holds of every cell: its promise, and what is promised of all. */
export const assertCell = (result: Played, promised: Promised): void => {
  const { report, before, after, undisturbed, healed } = result
  expect(result.hits, 'the fault hit').toBeGreaterThan(0)
  const expected = promised.outcome === 'believed' ? recovered : promised
  expect(promisedBy(report), report.error?.message).toEqual(expected)
  // Nothing is taken away that would not have been, nothing is there twice, and the next run sees to the rest.
  const allowed = new Set(removalsBetween(before, undisturbed))
  expect(removalsBetween(before, after).filter((one) => !allowed.has(one))).toEqual([])
  expect(duplicatesIn(after)).toEqual([])
  expect(healed).toEqual(undisturbed)
  if (promised.outcome === 'recovered') expect(after).toEqual(undisturbed)
  if (promised.outcome === 'ended') expect(after).toEqual(before)
  // 69 says that nothing was written.
  if (report.exitCode === 69) expect(after).toEqual(before)
  assertWords(report)
}

/** Whatever went wrong has a code, says where, and what to do. */
const assertWords = ({ error, actions, gaps, withheld, exitCode }: RunReport): void => {
  const failed = actions.flatMap(({ outcome }) => (outcome?.status === 'failed' ? [outcome.error] : []))
  for (const one of [...(error ? [error] : []), ...failed]) {
    expect(one.code).not.toBe('INTERNAL')
    expect(Object.keys(catalogue)).toContain(one.code)
    expect(one.where ?? '', one.message).not.toBe('')
    expect(one.message).not.toMatch(/undefined|null|\[object/)
    expect(one.remedy).not.toBe('')
  }
  for (const { subject, detail } of gaps) expect([subject === '', detail === '']).toEqual([false, false])
  for (const { subject, reason, detail } of withheld) {
    expect([subject === '', detail === '']).toEqual([false, false])
    expect(withheldRemedies[reason]).not.toBe('')
  }
  if (exitCode === 3) expect(gaps.length + withheld.length).toBeGreaterThan(0)
}
