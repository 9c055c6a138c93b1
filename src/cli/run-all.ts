import type { Config } from '../config/config.ts'
import { ScimPushError } from '../errors/error.ts'
import { toScimPushError } from '../errors/wrap.ts'
import { terminationMessage } from '../kubernetes/termination-message.ts'
import type { Log } from '../lib/log.ts'
import { together, type Progress } from '../lib/progress.ts'
import { exitCodeOf, resultOfFailure, worstOf, type Result } from '../report/exit-code.ts'
import { reportWithoutRun } from '../report/no-run.ts'
import type { RunReport } from '../report/report.ts'
import { exitCodeOfError, signalOf } from './in-session.ts'
import { approvalsOf } from './approvals.ts'
import { locked } from './locked.ts'
import { memoryOf } from './memory-of.ts'
import { identityOf, otherConfigOf } from './other-config.ts'
import type { PushFlags } from './options.ts'
import { prepare, prepareAgain, type Prepared } from './prepare.ts'
import { printEnd, printOne } from './print-reports.ts'
import { reconcile, type How } from './reconcile.ts'
import type { Session } from './session.ts'
import { terminate } from './terminate.ts'
import { findWork, type Work } from './work.ts'

/** Told of what comes of a round of runs. */
export interface Observer {
  /** A run begins; how far it is, is told to what comes back. */
  readonly onBegin: (run: { readonly config: string; readonly runId: string }) => Progress
  /** @param config null where it is not understood */
  readonly onReport: (report: RunReport, config: Config | null) => void
  /** The last thing that is done about a run, after its status; it may take a while, and never rejects. */
  readonly onPosted?: (report: RunReport, run: PostedRun) => Promise<void>
  /** All of them, at the end. @param named false where one has a name that is a guess, so that another one may seem to be gone */
  readonly onRound: (reports: readonly RunReport[], named: boolean) => void
}

interface PostedRun {
  readonly log: Log
  /** Of the documents; null where no cluster is used. */
  readonly namespace: string | null
  /** False where the report's `config` is not the document's own name, since that could not be read. */
  readonly named: boolean
}

/**
 * Runs every SyncConfig that the flags name, one after another, prints the reports, and leaves status, events and the termination
 * message. Answers with the worst exit code.
 */
export const runAll = async (session: Session<PushFlags>, how: How, observer: Observer): Promise<number> => {
  const { flags, stop } = session
  const work = await findWork(flags, stop)
  if (how.saved && work.several)
    throw new ScimPushError('CONFIG_CONFLICT', {
      message: 'apply carries out the plan of one configuration, and several are named',
      where: 'the command line',
      remedy: 'Name one document with --config, the one that the plan was made with.',
    })
  const overrides = { dryRun: how.dryRun && how.command === 'push' }
  const reports: RunReport[] = []
  const worst = (): number => {
    const code = worstOf(reports.map(({ exitCode }) => exitCode))
    return code === 0 && session.lost() ? 1 : code
  }
  let named = true
  for (const [n, prepared] of (await prepare(session, work.tasks, overrides)).entries()) {
    const one = n === 0 || stop.aborted ? prepared : await prepareAgain(prepared, flags, overrides)
    named &&= one.named
    const watching = observer.onBegin({ config: one.name, runId: one.context.runId })
    const watched = { ...one.context, progress: together(one.context.progress, watching) }
    await runOne(session, work, { ...one, context: watched }, how, async (report) => {
      reports.push(report)
      observer.onReport(report, one.config instanceof ScimPushError ? null : one.config)
      await printOne(session, work, one, report)
      // Before what a slow API server may hold up: a pod that is being stopped has little time.
      await terminate(one.context.log, terminationMessage(worst(), reports))
      await post(work, one, how, report)
      const { log } = one.context
      await observer.onPosted?.(report, { log, namespace: work.cluster?.namespace ?? null, named: one.named })
      return report
    })
  }
  observer.onRound(reports, named)
  await printEnd(session, work, reports, worst())
  await terminate(session.log, terminationMessage(worst(), reports))
  return worst()
}

/** Says what came of a run, wherever that is to be said; answers with the report itself. */
type Settle = (report: RunReport) => Promise<RunReport>

const runOne = async (
  session: Session<PushFlags>,
  work: Work,
  prepared: Prepared,
  how: How,
  settle: Settle,
): Promise<void> => {
  const { config, context, name } = prepared
  const { stop } = session
  const without = (result: Result, exitCode: number, error: ScimPushError | null): RunReport =>
    reportWithoutRun({
      runId: context.runId,
      config: name,
      carrier: carrierOf(prepared),
      command: how.command,
      result,
      exitCode,
      at: new Date(),
      error,
      ...(!(config instanceof ScimPushError) && { dryRun: config.dryRun }),
    })
  const failed = (error: ScimPushError): RunReport => {
    const result = error.code === 'INTERRUPTED' ? 'interrupted' : resultOfFailure(error.failure)
    return without(result, exitCodeOfError(error, stop), error)
  }
  if (stop.aborted) {
    const exitCode = exitCodeOf('interrupted', { signal: signalOf(stop) })
    const error = new ScimPushError('INTERRUPTED', { message: 'it was not begun' })
    await settle(without('interrupted', exitCode, error))
  } else if (config instanceof ScimPushError) await settle(failed(config))
  else if (how.command !== 'plan' && config.suspend) await settle(without('suspended', 0, null))
  else {
    const state = { settled: false }
    try {
      await sync(session, work, prepared, config, how, (report) => {
        state.settled = true
        return settle(report)
      })
    } catch (error) {
      if (state.settled) throw error
      await settle(failed(toScimPushError(error)))
    }
  }
}

/** Reads, plans and applies, with the lock where one is wanted. What it came to is said before the lock is given back. */
const sync = async (
  { stop, flags }: Session<PushFlags>,
  { lock, cluster }: Work,
  prepared: Prepared,
  config: Config,
  how: How,
  settle: Settle,
): Promise<void> => {
  const { context, carried, task } = prepared
  if (how.saved && how.saved.config !== config.name)
    throw new ScimPushError('PLAN_UNREADABLE', {
      message: `the saved plan is of the configuration ${how.saved.config}, and this one is called ${config.name}`,
    })
  const dryRun = how.command === 'plan' || config.dryRun
  const own = { approvals: approvalsOf(carried, flags), carrier: carrierOf(prepared) }
  const once = async (halt: AbortSignal, otherConfig: string | null): Promise<RunReport> =>
    settle(
      await reconcile(
        { ...context, ...own, stop: halt, otherConfig, memory: await memoryOf(config, { cluster, carried }) },
        config,
        { ...how, dryRun },
      ),
    )
  const identity = identityOf(task.origin, carried, config.name)
  if (!lock || !cluster) await once(stop, null)
  else if (dryRun) {
    const targetUrl = config.target.url
    await once(stop, await otherConfigOf(cluster, { targetUrl, identity, log: context.log }))
  } else {
    const { runId, log } = context
    const waitMs = flags.lockWait ?? 0
    await locked({ cluster, targetUrl: config.target.url, config: identity, runId, waitMs, log, stop }, once)
  }
}

const carrierOf = ({ carried }: Prepared): RunReport['carrier'] =>
  carried && { ...carried.carrier, namespace: carried.regarding.namespace }

/** Status and event. A dry run that somebody asks for by a flag is a look, and leaves no trace, like a plan. */
const post = async (
  { cluster }: Work,
  { carried, context: { log } }: Prepared,
  { command, dryRun }: How,
  report: RunReport,
): Promise<void> => {
  // A run that a signal kept from beginning has found out nothing, and leaves what an earlier one has.
  const tried = report.result !== 'interrupted' || report.source.description !== ''
  if (!cluster || !carried || command === 'plan' || dryRun || !tried) return
  for (const { code, message, where } of await cluster.post(carried, report))
    log.warn('the status or the event could not be written', { code, detail: message, where })
}
