import { ScimPushError } from '../errors/error.ts'
import { toScimPushError } from '../errors/wrap.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import { terminationMessage } from '../kubernetes/termination-message.ts'
import { exitCodeOf, resultOfFailure, worstOf, type Result } from '../report/exit-code.ts'
import { renderJson } from '../report/json.ts'
import { reportWithoutRun } from '../report/no-run.ts'
import type { RunReport } from '../report/report.ts'
import { renderReportsJson, renderReportsSummary } from '../report/reports.ts'
import { renderText } from '../report/text.ts'
import type { PushFlags } from './options.ts'
import { prepare, type Prepared } from './prepare.ts'
import { logError, printError } from './print-error.ts'
import { reconcile, type How } from './reconcile.ts'
import { exitCodeOfError, signalOf } from './in-session.ts'
import type { RunContext, Session } from './session.ts'
import { terminate } from './terminate.ts'
import { findWork, type Work } from './work.ts'

/**
 * Runs every SyncConfig that the flags name, one after another, prints the reports, and leaves status, events and the termination
 * message. Answers with the worst exit code.
 */
export const runAll = async (session: Session<PushFlags>, how: How, observe: OnReport): Promise<number> => {
  const work = await findWork(session.flags)
  const reports: RunReport[] = []
  for (const one of await prepare(session, work.tasks, { dryRun: how.dryRun && how.command === 'push' })) {
    const report = await runOne(session, work, one, how)
    reports.push(report)
    observe(report)
    await printOne(session, work, one, report)
    if (work.cluster && one.carried && how.command === 'push' && wasTried(report))
      for (const { code, message, where } of await work.cluster.post(one.carried, report))
        one.context.log.warn('the status or the event could not be written', { code, detail: message, where })
  }
  const exitCode = worstOf(reports.map((report) => report.exitCode))
  if (work.several && session.flags.output !== 'none')
    await session.print(
      session.flags.output === 'json'
        ? renderReportsJson(reports, exitCode)
        : renderReportsSummary(reports, exitCode),
    )
  await terminate(session.log, terminationMessage(exitCode, reports))
  return exitCode
}

/** Told of each report as soon as it is there. */
type OnReport = (report: RunReport) => void

/** A run that a signal kept from beginning has found out nothing, and leaves what an earlier one has. */
const wasTried = ({ result, source }: RunReport): boolean =>
  result !== 'interrupted' || source.description !== ''

const runOne = async (
  session: Session<PushFlags>,
  work: Work,
  { config, context, origin }: Prepared,
  how: How,
): Promise<RunReport> => {
  const { stop } = session
  const without = (result: Result, exitCode: number, error: ScimPushError | null): RunReport =>
    reportWithoutRun({
      runId: context.runId,
      config: config instanceof ScimPushError ? nameOf(origin) : config.name,
      command: how.command,
      result,
      exitCode,
      at: new Date(),
      error,
    })
  const failed = (error: ScimPushError): RunReport =>
    without(resultOfFailure(error.failure), exitCodeOfError(error, stop), error)
  if (config instanceof ScimPushError) return failed(config)
  if (stop.aborted) {
    const exitCode = exitCodeOf('interrupted', { signal: signalOf(stop) })
    return without('interrupted', exitCode, new ScimPushError('INTERRUPTED', { message: 'it was not begun' }))
  }
  if (how.command === 'push' && config.suspend) return without('suspended', 0, null)
  const dryRun = how.command === 'plan' || config.dryRun
  try {
    const once = (halt: AbortSignal): Promise<RunReport> =>
      reconcile({ ...context, stop: halt }, config, { ...how, dryRun })
    const cluster = dryRun ? null : lockerOf(work)
    if (!cluster) return await once(stop)
    return await locked(cluster, config.target.url, { ...context, stop, config: origin || config.name }, once)
  } catch (error) {
    return failed(toScimPushError(error))
  }
}

/** `corp` of `configmap/corp`: what there is to call it by while its document is not understood. */
const nameOf = (origin: string): string => origin.split('/').at(-1) ?? ''

const lockerOf = ({ lock, cluster }: Work): Cluster | null => (lock ? cluster : null)

interface Holding extends RunContext {
  readonly stop: AbortSignal
  /** Which configuration it is for, as the next one who takes the lock shall read it. */
  readonly config: string
}

/** Holds the target's lock while `work` runs; the signal that it gets also ends when the lock is lost. */
const locked = async (
  cluster: Cluster,
  targetUrl: string,
  { stop, log, runId, config }: Holding,
  work: (halt: AbortSignal) => Promise<RunReport>,
): Promise<RunReport> => {
  const lock = await cluster.lock(targetUrl, { runId, config })
  if (lock.otherConfig !== null)
    log.warn('another configuration pushed to this target before: what it pushed, this one may remove', {
      other: lock.otherConfig,
      this: config,
    })
  lock.lost.addEventListener('abort', () => {
    logError(log, 'the lock is lost: no further write is begun', toScimPushError(lock.lost.reason))
  })
  try {
    return await work(AbortSignal.any([stop, lock.lost]))
  } finally {
    const trouble = await lock.release()
    if (trouble)
      log.warn('the lock could not be given back; it ends by itself', {
        code: trouble.code,
        detail: trouble.message,
      })
  }
}

const printOne = async (
  session: Session<PushFlags>,
  work: Work,
  { context: { log }, origin }: Prepared,
  report: RunReport,
): Promise<void> => {
  const { command, error, result, exitCode, planHash } = report
  const { flags, colour } = session
  const began = report.source.description !== ''
  // What ended before it began is an error of the command, and is told as one.
  if (error && !began && !work.several) {
    await printError(command, error, exitCode, session)
    return
  }
  if (flags.output === 'text')
    await session.print(`${renderText(report, { colour })}${work.several ? '\n' : ''}`)
  else if (flags.output === 'json' && !work.several) await session.print(renderJson(report))
  if (error) logError(log, `${command} failed`, error)
  if (!began && !work.several) return
  log.info('run ended', {
    ...(work.several && { document: origin }),
    result,
    exitCode,
    ...(planHash !== null && { planHash }),
    withheld: report.withheld.length,
  })
}
