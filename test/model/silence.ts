import { isDeepStrictEqual } from 'node:util'
import type { RunReport } from '../../src/report/report.ts'
import { same } from './company.ts'
import { differences, type Difference } from './differences.ts'
import { inDoubt, type Step } from './promises.ts'

/** What an operator decided, and who can have no account: no news, so exit code 0. */
const quiet = ['policy', 'protected', 'grace', 'no-email', 'outside-tenant']

/** Everything that the report and the exit code keep silent about, or say wrongly. */
export const silences = (step: Step, targetFailed: boolean): readonly string[] => {
  const { before, after, wanted, policy, report } = step
  const { exitCode, result } = report
  const failed = report.actions.some(({ outcome }) => outcome !== null && outcome.status !== 'succeeded')
  const loud = report.gaps.length > 0 || report.withheld.some(({ reason }) => !quiet.includes(reason))
  const wrong: string[] = []
  if (exitCode === 0 && (failed || loud || report.error !== null || inDoubt(step)))
    wrong.push('exit code 0, though something was not done or not read')
  if (exitCode === 3 && !loud) wrong.push('exit code 3, and nothing was withheld')
  if (![0, 3].includes(exitCode) && report.error === null && !failed)
    wrong.push(`exit code ${exitCode} (${result}), and nothing went wrong`)
  if (![0, 3].includes(exitCode) && report.planHash !== null && !targetFailed && result !== 'interrupted')
    wrong.push(`exit code ${exitCode} (${result}) from a target without faults: ${whyOf(report)}`)
  // Anything of a plan that was carried out is in the outcomes; before it there is nothing.
  if (report.phases.apply === undefined && !isDeepStrictEqual(before, after))
    wrong.push('the target was changed by a run that says nothing of it')
  if (report.planHash === null && exitCode === 0) wrong.push('exit code 0 without a plan')
  const silent = differences(before, after, wanted, policy).filter(
    (difference) => !explained(difference, step),
  )
  return [...wrong, ...silent.map(({ what }) => `${what}, and the report does not say why`)]
}

const whyOf = ({ error, actions }: RunReport): string =>
  [
    error?.message ?? '',
    ...actions.flatMap(({ kind, subject, outcome }) =>
      outcome?.status === 'failed' ? [`${kind} ${subject}: ${outcome.error.message}`] : [],
    ),
  ].join('; ')

const explained = ({ users, groups }: Difference, { report }: Step): boolean => {
  if (report.error !== null || report.result === 'interrupted' || report.gaps.length > 0) return true
  const about = ({
    user,
    group,
  }: {
    readonly user: string | null
    readonly group: string | null
  }): boolean =>
    user === null ? groups.some((name) => same(name, group)) : users.some((name) => same(name, user))
  return (
    report.withheld.some(about) ||
    report.actions.some((action) => about(action) && action.outcome?.status !== 'succeeded')
  )
}
