import type { TargetState } from '../../src/model/target-state.ts'
import { noProgress } from '../../src/lib/progress.ts'
import type { Policy } from '../../src/plan/policy.ts'
import type { RunReport } from '../../src/report/report.ts'
import { run } from '../../src/run.ts'
import type { Scope } from '../../src/source/source.ts'
import { openPolicy } from '../fixtures/simulate.ts'
import { startAbsence, type Absence } from './absence.ts'
import { firstCompany, wantedOf, type Company } from './company.ts'
import { confusedIdentities } from './identity.ts'
import { brokenPromises, inDoubt, type Step } from './promises.ts'
import { silences } from './silence.ts'
import type { Directory, SourceFault } from './sources.ts'
import type { Endpoint, TargetFault } from './targets.ts'

/** The parts that are really there. */
export interface System {
  readonly directory: Directory
  readonly endpoint: Endpoint
  /** Exit codes, reasons and kinds of change that runs have come to: whether the sequences get anywhere. */
  readonly seen: Set<string>
}

/** What the model knows: the truth, the configuration, and what the operator was told. */
export interface Model {
  readonly company: Company
  readonly directory: Directory
  readonly target: () => TargetState
  readonly absence: Absence
  scope: Scope
  policy: Policy
  /** The last report from which an operator could take a hash; null for none. */
  told: RunReport | null
  /** Removals that were shown with the hash that is approved. */
  approvable: ReadonlySet<string>
}

export const startModel = ({ directory, endpoint }: System): Model => {
  endpoint.hold({ users: [], groups: [] })
  return {
    company: firstCompany(directory.nesting),
    directory,
    target: () => endpoint.state(),
    absence: startAbsence(),
    scope: directory.firstScope,
    policy: openPolicy,
    told: null,
    approvable: new Set(),
  }
}

/** How a run goes. */
export interface Course {
  readonly source: SourceFault | null
  readonly target: TargetFault | null
  /** SIGTERM comes with this write; null for never. */
  readonly stopAt: number | null
}

const undisturbed: Course = { source: null, target: null, stopAt: null }

/** One run, held against the promises. @throws with every promise that it broke */
export const push = async (
  model: Model,
  { directory, endpoint, seen }: System,
  course: Course = undisturbed,
): Promise<RunReport> => {
  const { company, scope, policy, approvable, absence } = model
  const before = endpoint.state()
  const waits = policy.users.remove.some(({ days }) => days > 0)
  const stop = new AbortController()
  const opened = await directory.open(company, scope, course.source)
  const target = endpoint.open({
    fault: course.target,
    onWrite: (n) => {
      if (n === course.stopAt) stop.abort('SIGTERM')
    },
  })
  const report = await run({
    runId: 'model',
    config: 'model',
    command: 'push',
    dryRun: false,
    detailedExitCode: false,
    source: opened.source,
    target,
    policy,
    concurrency: 4,
    clock: absence.clock,
    memory: waits ? absence.memory : null,
    stop: stop.signal,
    progress: noProgress,
    onPlan: () => undefined,
    onOutcome: () => undefined,
    requests: () => ({}),
  })
  await Promise.all([opened.source.close(), target.close()])

  const after = endpoint.state()
  note(report, seen)
  const unread = opened.unread()
  const { allSelected } = directory
  const wanted = wantedOf(company, scope, { hidden: unread.hidden, allSelected })
  const shown = unread.blank ? wantedOf(blank(company), scope, { allSelected }) : wanted
  absence.look(before, wanted)
  const { missingDays } = absence
  const step: Step = { before, after, wanted, shown, unread, policy, missingDays, report, approvable }
  // Whom an operator let go while the source showed nobody is not held against the run: it is what was approved.
  const byTruth = report.approved ? { ...step, wanted: shown } : step
  const broken = [
    ...brokenPromises(byTruth),
    ...confusedIdentities(byTruth),
    // A process that was killed says nothing; and of an empty source there is only what it showed.
    ...(course.target?.kind === 'cut' ? [] : silences({ ...step, wanted: shown }, course.target !== null)),
  ]
  if (broken.length > 0) throw new Error(`${broken.join('\n')}\n${account(step)}`)
  if (waits && report.planHash !== null && !unread.blank && !inDoubt(step)) absence.remember(before, wanted)
  model.told = unread.blank ? null : report
  return report
}

const note = ({ exitCode, approved, withheld, actions }: RunReport, seen: Set<string>): void => {
  seen.add(`exit ${exitCode}`)
  if (approved) seen.add('approved')
  for (const { reason } of withheld) seen.add(reason)
  for (const { kind, outcome } of actions) if (outcome?.status === 'succeeded') seen.add(kind)
}

/** Everyone and every membership gone, as a broken export shows it. */
const blank = ({ teams }: Company): Company => ({
  people: new Map(),
  teams: new Map([...teams].map(([key, team]) => [key, { ...team, people: new Set() }])),
})

/**
 * Nothing goes wrong any more: after few runs there is nothing to do. What was withheld because it is too much is approved, and
 * that converges as well.
 */
export const settle = async (model: Model, system: System): Promise<void> => {
  const converge = async (): Promise<RunReport> => {
    let report = await push(model, system)
    // Right after a clean run there is nothing to do. Where leavers go step by step two steps may be due, and a percentage lets more
    // pass once there are more accounts.
    for (let more = report.exitCode === 0 && model.policy.users.remove.length < 2 ? 1 : 3; more > 0; more--) {
      if (report.actions.length === 0) return report
      report = await push(model, system)
    }
    if (report.actions.length > 0) throw new Error(`there is still to do after whole runs: ${tell(report)}`)
    return report
  }
  // An approval of old may fit what is left after the first run, which is right.
  model.policy = { ...model.policy, approvedPlan: '' }
  const report = await converge()
  if (!report.withheld.some(({ reason }) => reason === 'limit' || reason === 'empty-source')) return
  approve(model)
  const approved = await converge()
  if (approved.withheld.some(({ reason }) => reason === 'limit' || reason === 'empty-source'))
    throw new Error(`removals are withheld after their approval: ${tell(approved)}`)
}

/** The operator approves what the last report showed. */
export const approve = (model: Model): void => {
  const { told } = model
  if (told?.planHash == null) return
  model.policy = { ...model.policy, approvedPlan: told.planHash }
  model.approvable = new Set([
    ...told.actions.map(({ kind, subject }) => `${kind} ${subject}`),
    ...told.withheld.map(({ action, subject }) => `${action ?? ''} ${subject}`),
  ])
}

const tell = ({ exitCode, actions, withheld, error }: RunReport): string =>
  JSON.stringify({
    exitCode,
    error: error?.message,
    actions: actions.map(
      ({ kind, subject, outcome }) =>
        `${kind} ${subject} ${outcome?.status ?? ''}${outcome?.status === 'failed' ? ` ${outcome.error.message}` : ''}`,
    ),
    withheld: withheld.map(
      ({ reason, action, subject, detail }) => `${reason} ${action ?? ''} ${subject}: ${detail}`,
    ),
  })

const account = ({ before, after, report }: Step): string =>
  [`report: ${tell(report)}`, `before: ${show(before)}`, `after: ${show(after)}`].join('\n')

const show = ({ users, groups }: TargetState): string =>
  [
    ...users.map(
      ({ userName, externalId, active }) => `${userName}=${externalId ?? '-'}${active ? '' : ' off'}`,
    ),
    ...groups.map(
      ({ displayName, externalId, members }) =>
        `${displayName}=${externalId ?? '-'}[${[...members].map((id) => users.find((user) => user.id === id)?.userName ?? id).join(' ')}]`,
    ),
  ].join(', ')
