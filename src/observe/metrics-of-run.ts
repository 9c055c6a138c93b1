import type { Count, Phase, RunReport, SideReport } from '../report/report.ts'
import type { LabelOf, RunMetric } from './metrics-table.ts'

/** One value of one metric of a run. */
export type Sample = {
  readonly [Name in RunMetric]: {
    readonly name: Name
    readonly labels: Readonly<Record<LabelOf<Name>, string>>
    readonly value: number
  }
}[RunMetric]

type Kind = RunReport['withheld'][number]['kind']
type Reason = RunReport['withheld'][number]['reason']

export const kinds: readonly Kind[] = ['user', 'group', 'membership']
const phases: Readonly<Record<Phase, true>> = { read: true, plan: true, apply: true }
/** True for the reasons of the guard against mass removals. */
const reasons: Readonly<Record<Reason, boolean>> = {
  ambiguous: false,
  conflict: false,
  'no-email': false,
  'too-long': false,
  'outside-tenant': false,
  incomplete: false,
  unresolved: false,
  limit: true,
  'empty-source': true,
  'other-config': true,
  grace: false,
  protected: false,
  policy: false,
}

/** A push that left nothing to be done: it alone moves the time of the last success. */
export const isSuccess = ({ result, command, dryRun }: RunReport): boolean =>
  result === 'converged' && command !== 'plan' && !dryRun

/**
 * What a report comes to. Counts that are zero are there: an alert can't see the first step of a series that was not there before it.
 * @param lastSuccess null when there was none yet: a 0 would be pushed over the time of one that an earlier process had
 */
export const samplesOf = (report: RunReport, lastSuccess: Date | null): readonly Sample[] =>
  allSamples(report, lastSuccess, null)

/**
 * What a report comes to at a Pushgateway, which keeps the families that a push leaves out: the last success of an earlier run is to
 * stay, so it is left out of any other run; what an earlier run has read is not, so what was not read is NaN.
 */
export const pushedSamplesOf = (report: RunReport): readonly Sample[] =>
  allSamples(report, isSuccess(report) ? report.finishedAt : null, Number.NaN)

/** @param unread instead of a count of a side that was not read; null leaves it out */
const allSamples = (
  report: RunReport,
  lastSuccess: Date | null,
  unread: number | null,
): readonly Sample[] => {
  const { config, withheld } = report
  const labels = { config }
  return [
    { name: 'scim_push_last_run_timestamp_seconds', labels, value: secondsOf(report.finishedAt) },
    ...(lastSuccess
      ? [
          {
            name: 'scim_push_last_success_timestamp_seconds',
            labels,
            value: secondsOf(lastSuccess),
          } as const,
        ]
      : []),
    { name: 'scim_push_last_run_success', labels, value: Number(report.exitCode === 0) },
    {
      name: 'scim_push_last_run_duration_seconds',
      labels,
      // The clock on the wall may have been set back meanwhile.
      value: Math.max(0, secondsOf(report.finishedAt) - secondsOf(report.startedAt)),
    },
    ...phaseSamples(report),
    ...sideSamples('scim_push_source_objects', config, report.source, unread),
    ...sideSamples('scim_push_target_objects', config, report.target, unread),
    ...changeSamples(report),
    ...withheldSamples(report),
    {
      name: 'scim_push_removal_guard_tripped',
      labels,
      value: Number(withheld.some(({ reason }) => reasons[reason])),
    },
    { name: 'scim_push_dry_run', labels, value: Number(report.dryRun) },
  ]
}

const secondsOf = (date: Date): number => date.getTime() / 1000

const phaseSamples = ({ config, phases: durations }: RunReport): readonly Sample[] =>
  Object.entries({ ...zeros(phases), ...durations }).map(([phase, value]) => ({
    name: 'scim_push_last_run_phase_duration_seconds',
    labels: { config, phase },
    value,
  }))

const zeros = (names: object): Record<string, number> =>
  Object.fromEntries(Object.keys(names).map((name) => [name, 0]))

const sideSamples = (
  name: 'scim_push_source_objects' | 'scim_push_target_objects',
  config: string,
  { users, groups, memberships }: SideReport,
  unread: number | null,
): readonly Sample[] => {
  const counts: Readonly<Record<Kind, number | null>> = {
    user: users,
    group: groups,
    membership: memberships,
  }
  return kinds.flatMap((kind) => {
    const value = counts[kind] ?? unread
    return value === null ? [] : [{ name, labels: { config, kind }, value }]
  })
}

const changeSamples = ({ config, counts }: RunReport): readonly Sample[] =>
  kinds.flatMap((kind) =>
    Object.entries(counts[kind]).flatMap(([action, count]): Sample[] => [
      { name: 'scim_push_last_run_planned_changes', labels: { config, kind, action }, value: count.planned },
      ...Object.entries(resultsOf(count)).map(([result, value]): Sample => ({
        name: 'scim_push_last_run_changes',
        labels: { config, kind, action, result },
        value,
      })),
    ]),
  )

/** What can become of a planned change. */
export const resultsOf = ({ succeeded, failed, skipped }: Count) => ({ succeeded, failed, skipped })

const withheldSamples = ({ config, withheld }: RunReport): readonly Sample[] =>
  kinds.flatMap((kind) => {
    const counts = zeros(reasons)
    for (const entry of withheld)
      if (entry.kind === kind) counts[entry.reason] = (counts[entry.reason] ?? 0) + 1
    return Object.entries(counts).map(([reason, value]): Sample => ({
      name: 'scim_push_last_run_withheld',
      labels: { config, kind, reason },
      value,
    }))
  })
