import { describe, expect, test } from 'vitest'
import {
  report,
  failure,
  dryRun,
  succeeded,
  skipped,
  planned,
  held,
} from '../../test/fixtures/metrics-report.ts'
import type { RunReport } from '../report/report.ts'
import { samplesOf } from './metrics-of-run.ts'

/** By name and labels, as Prometheus writes them, without the prefix. */
const sampled = (more: Partial<RunReport>): ReadonlyMap<string, number> =>
  new Map(
    samplesOf(report(more), null).map(({ name, labels, value }) => {
      const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`)
      return [`${name.replace('scim_push_', '')}{${pairs.join(',')}}`, value]
    }),
  )

describe('what a run leaves', () => {
  test.each<[string, Partial<RunReport>, string, number | undefined]>([
    ['when it ended', {}, 'last_run_timestamp_seconds{config="corp"}', 1002.5],
    ['when a failed one ended', failure, 'last_run_timestamp_seconds{config="corp"}', 2000],
    ['how long it took', {}, 'last_run_duration_seconds{config="corp"}', 2.5],
    ['a clock that was set back', { finishedAt: new Date(0) }, 'last_run_duration_seconds{config="corp"}', 0],
    ['how long reading took', {}, 'last_run_phase_duration_seconds{config="corp",phase="read"}', 1.5],
    ['a phase that was not', {}, 'last_run_phase_duration_seconds{config="corp",phase="apply"}', 0],
    ['users at the source', {}, 'source_objects{config="corp",kind="user"}', 4],
    ['memberships at the source', {}, 'source_objects{config="corp",kind="membership"}', 7],
    ['no groups at the target', {}, 'target_objects{config="corp",kind="group"}', 0],
    ['a source unread', failure, 'source_objects{config="corp",kind="user"}', undefined],
    ['a target read beside it', failure, 'target_objects{config="corp",kind="user"}', 3],
    [
      'what was planned',
      { actions: [succeeded, skipped] },
      'last_run_planned_changes{config="corp",kind="user",action="create"}',
      2,
    ],
    [
      'what succeeded',
      { actions: [succeeded, skipped] },
      'last_run_changes{config="corp",kind="user",action="create",result="succeeded"}',
      1,
    ],
    [
      'what was skipped',
      { actions: [succeeded, skipped] },
      'last_run_changes{config="corp",kind="user",action="create",result="skipped"}',
      1,
    ],
    [
      'what did not fail',
      { actions: [succeeded, skipped] },
      'last_run_changes{config="corp",kind="user",action="create",result="failed"}',
      0,
    ],
    [
      'a plan of a dry run',
      { ...dryRun, actions: [planned] },
      'last_run_planned_changes{config="corp",kind="user",action="create"}',
      1,
    ],
    [
      'no change in a dry run',
      { ...dryRun, actions: [planned] },
      'last_run_changes{config="corp",kind="user",action="create",result="succeeded"}',
      0,
    ],
    [
      'what was withheld',
      { withheld: [held('limit'), held('limit'), held('protected')] },
      'last_run_withheld{config="corp",kind="user",reason="limit"}',
      2,
    ],
    [
      'another kind withheld nothing',
      { withheld: [held('limit')] },
      'last_run_withheld{config="corp",kind="group",reason="limit"}',
      0,
    ],
    ['guard: a limit', { withheld: [held('limit')] }, 'removal_guard_tripped{config="corp"}', 1],
    [
      'guard: an empty source',
      { withheld: [held('empty-source')] },
      'removal_guard_tripped{config="corp"}',
      1,
    ],
    ['guard: another reason', { withheld: [held('incomplete')] }, 'removal_guard_tripped{config="corp"}', 0],
    ['a push', {}, 'dry_run{config="corp"}', 0],
    ['a dry run', dryRun, 'dry_run{config="corp"}', 1],
  ])('%s', (_, more, sample, value) => {
    expect(sampled(more).get(sample)).toBe(value)
  })

  test.each<[string, Partial<RunReport>, number]>([
    ['converged', {}, 1],
    ['a dry run with changes', { ...dryRun, result: 'changes' }, 1],
    ['a dry run that is told to say so', { ...dryRun, result: 'changes', exitCode: 2 }, 0],
    ['suspended', { result: 'suspended' }, 1],
    ['withheld', { result: 'withheld', exitCode: 3 }, 0],
    ['partial', { result: 'partial', exitCode: 4 }, 0],
    ['locked', { result: 'locked', exitCode: 75 }, 0],
  ])('success: %s', (_, more, value) => {
    expect(sampled(more).get('last_run_success{config="corp"}')).toBe(value)
  })
})
