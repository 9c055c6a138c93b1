import { randomUUID } from 'node:crypto'
import { loadConfig, processEnvironment } from '../config/load.ts'
import type { Config } from '../config/config.ts'
import type { ScimPushError } from '../errors/error.ts'
import { systemClock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { noProgress, type Progress } from '../lib/progress.ts'
import { createTally } from '../lib/tally.ts'
import type { OnRequest } from '../lib/requests.ts'
import { createLog } from '../observe/log.ts'
import { logProgress, terminalProgress } from '../observe/progress.ts'
import { renderCheckErrorJson } from '../report/check.ts'
import { exitCodeOf, resultOfFailure, type Result } from '../report/exit-code.ts'
import { renderJson } from '../report/json.ts'
import { reportWithoutRun } from '../report/no-run.ts'
import { renderError } from '../report/text.ts'
import { toScimPushError } from '../errors/wrap.ts'
import { documentInput } from './carried.ts'
import type { CommonFlags } from './options.ts'
import { openOutputFile, standardOutput } from './output.ts'

/** What every command works with: its flags, a run id, a log, and where its result goes. */
export interface Session {
  readonly flags: CommonFlags
  readonly runId: string
  readonly log: Log
  readonly stop: AbortSignal
  readonly colour: boolean
  readonly progress: Progress
  readonly onRequest: OnRequest
  readonly requests: () => Readonly<Record<string, number>>
  /** Opens --output-file. @throws ScimPushError OUTPUT_UNWRITABLE */
  open(): Promise<void>
  /** Prints the result, or writes it to --output-file. Never throws: what can't be written is logged, and `lost`. */
  print(text: string): Promise<void>
  lost(): boolean
  close(): Promise<void>
  /** @throws ScimPushError with failure `config` */
  loadConfig(more?: { readonly dryRun?: boolean }): Promise<Config>
}

export const openSession = (flags: CommonFlags, stop: AbortSignal): Session => {
  const runId = randomUUID()
  const bar = process.stderr.isTTY ? terminalProgress(process.stderr, systemClock) : null
  // The second signal ends the process at once; the terminal is not left without a cursor.
  if (bar) process.once('exit', () => bar.end())
  const log = createLog({
    level: flags.logLevel,
    format: flags.logFormat,
    runId,
    colour: process.stderr.isTTY && process.stderr.hasColors(),
    write: (text) => (bar ? bar.above(text) : process.stderr.write(text)),
  })
  const { onRequest, counts } = createTally(
    ({ system, method, path, status, durationMs, attempt, retry }) => {
      log.debug(`${method} ${path}`, {
        system,
        status,
        ms: Math.round(durationMs),
        attempt,
        ...(retry !== null && { retry }),
      })
    },
  )
  let output = standardOutput
  let lost = false
  const quiet = flags.logLevel === 'error' || flags.logLevel === 'warn'
  return {
    flags,
    runId,
    log,
    stop,
    colour: process.stdout.isTTY && process.stdout.hasColors() && flags.outputFile === undefined,
    progress: bar ?? (quiet ? noProgress : logProgress(log, systemClock)),
    onRequest,
    requests: counts,
    async open() {
      if (flags.outputFile !== undefined) output = await openOutputFile(flags.outputFile)
    },
    async print(text) {
      try {
        await output.write(text)
      } catch (cause) {
        lost = true
        const detail = toScimPushError(cause).message
        log.error('the result could not be written', { to: flags.outputFile ?? 'standard output', detail })
        if (output !== standardOutput) await standardOutput.write(text).catch(() => undefined)
      }
    },
    lost: () => lost,
    close: () => output.close(),
    loadConfig: async ({ dryRun } = {}) =>
      loadConfig({
        env: processEnvironment(),
        flags: {
          set: [...flags.set, ...(dryRun === true ? ['dryRun=true'] : [])],
          ...(flags.source !== undefined && { source: flags.source }),
        },
        ...(await documentInput(flags.config)),
        warn: (message) => log.warn(message),
      }),
  }
}

/**
 * Runs a command; an error that it throws is printed as its result, and gives the exit code. A result that could not be written is
 * no success either.
 */
export const inSession = async (
  name: 'push' | 'plan' | 'check',
  flags: CommonFlags,
  stop: AbortSignal,
  command: (session: Session) => Promise<number>,
): Promise<number> => {
  const session = openSession(flags, stop)
  try {
    await session.open()
    const exitCode = await command(session)
    return exitCode === 0 && session.lost() ? 1 : exitCode
  } catch (cause) {
    const error = toScimPushError(cause)
    const result = error.code === 'INTERRUPTED' ? 'interrupted' : resultOfFailure(error.failure)
    const exitCode = exitCodeOf(result, { signal: signalOf(stop) })
    await printError(name, error, { result, exitCode }, session)
    return exitCode
  } finally {
    await session.close()
  }
}

/** The signal that asked for the end. */
export const signalOf = (stop: AbortSignal): 'SIGTERM' | 'SIGINT' =>
  stop.reason === 'SIGINT' ? 'SIGINT' : 'SIGTERM'

/** An error in the log: what happened and, for a defect, its stack at debug level. */
export const logError = (log: Log, title: string, error: ScimPushError): void => {
  const { code, message, where, remedy, cause } = error
  log.error(title, {
    code,
    detail: message,
    ...(where !== null && { where }),
    ...(remedy !== '' && { remedy }),
  })
  logStack(log, code, cause)
}

const logStack = (log: Log, code: string, cause: unknown): void => {
  if (code === 'INTERNAL' && cause instanceof Error) log.debug('stack', { stack: cause.stack ?? '' })
}

const printError = async (
  name: 'push' | 'plan' | 'check',
  error: ScimPushError,
  ending: { readonly result: Result; readonly exitCode: number },
  session: Session,
): Promise<void> => {
  const { flags, log, runId } = session
  // Standard error is read by a person or by a machine, and says what went wrong wherever the result goes.
  if (flags.logFormat === 'json') logError(log, `${name} failed`, error)
  else {
    process.stderr.write(renderError(error, process.stderr.isTTY))
    logStack(log, error.code, error.cause)
  }
  if (flags.output === 'text') {
    if (flags.outputFile !== undefined) await session.print(renderError(error, false))
  } else if (name === 'check') await session.print(renderCheckErrorJson(error, ending.exitCode))
  else {
    const report = reportWithoutRun({ runId, config: '', command: name, at: new Date(), error, ...ending })
    await session.print(renderJson(report))
  }
}
