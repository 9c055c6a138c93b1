import { describe, expect, test } from 'vitest'
import { heldBack, reported, reportOf } from '../../test/fixtures/report.ts'
import { ScimPushError } from '../errors/error.ts'
import type { RunReport } from '../report/report.ts'
import { createHistory, type History } from './history.ts'

const keep = (history: History, more: Partial<RunReport>): void =>
  history.keep({ report: reportOf(more), showSubjects: false, conditions: [] })

describe('what is kept', () => {
  test('of a run that has ended: counts, and nobody’s name', () => {
    const history = createHistory()
    const error = new ScimPushError('SCIM_CONFLICT', { message: 'ann@corp.example is taken' })
    keep(history, {
      actions: [
        reported(),
        reported({ outcome: { status: 'failed', error } }),
        reported({ outcome: { status: 'skipped', reason: '' } }),
      ],
      withheld: [heldBack(), heldBack({ reason: 'protected' })],
    })
    const [run] = history.configs()[0]?.runs ?? []
    expect(run).toMatchObject({ runId: 'r1', result: 'converged', failed: 2, withheld: 1 })
    expect(run?.counts.user['create']).toEqual({ planned: 3, succeeded: 1, failed: 1, skipped: 1 })
    expect(JSON.stringify(run)).not.toMatch(/ann@|bob@/)
  })

  test('the last ones, the newest last', () => {
    const history = createHistory(3)
    for (const n of [1, 2, 3, 4, 5]) keep(history, { runId: `r${n}` })
    const [config] = history.configs()
    expect(config?.runs.map(({ runId }) => runId)).toEqual(['r3', 'r4', 'r5'])
    expect(config?.report.runId).toBe('r5')
  })

  test('by configuration, sorted, until it is gone', () => {
    const history = createHistory()
    for (const config of ['b', 'c', 'a']) keep(history, { config })
    expect(history.configs().map(({ report }) => report.config)).toEqual(['a', 'b', 'c'])
    history.retain(['c', 'a'])
    expect(history.configs().map(({ report }) => report.config)).toEqual(['a', 'c'])
  })

  test('the last success outlives what fails after it; a dry run is none', () => {
    const history = createHistory()
    const last = (): Date | null => history.configs()[0]?.lastSuccess ?? null
    keep(history, { dryRun: true, finishedAt: new Date(1) })
    expect(last()).toBeNull()
    keep(history, { finishedAt: new Date(2) })
    keep(history, { result: 'unreachable', finishedAt: new Date(3) })
    expect(last()).toEqual(new Date(2))
  })
})

describe('a run under way', () => {
  const begun = (history: History, runId = 'r1') =>
    history.begin({ config: 'corp', runId, startedAt: new Date(0) })

  test('tells its phase, and how far it is', () => {
    const history = createHistory()
    expect(history.running()).toBeNull()
    const progress = begun(history)
    expect(history.running()).toMatchObject({ config: 'corp', phase: null, done: 0, total: 0 })
    progress.phase('read')
    progress.phase('plan')
    progress.total(2)
    expect(history.running()).toMatchObject({ phase: 'plan', total: 0 })
    progress.phase('apply')
    progress.step()
    expect(history.running()).toMatchObject({ phase: 'apply', done: 1, total: 2 })
    keep(history, {})
    expect(history.running()).toBeNull()
  })

  test('that has ended says nothing of the one after it', () => {
    const history = createHistory()
    const first = begun(history)
    keep(history, {})
    begun(history, 'r2')
    first.step()
    expect(history.running()).toMatchObject({ runId: 'r2', done: 0 })
    keep(history, { runId: 'r1' })
    expect(history.running()).toMatchObject({ runId: 'r2' })
  })
})
