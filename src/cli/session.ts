import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
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
import { exitCodeOf, resultOfFailure } from '../report/exit-code.ts'
import { errorJson, renderJson } from '../report/json.ts'
import { reportWithoutRun } from '../report/no-run.ts'
import { renderError } from '../report/text.ts'
import { toScimPushError } from '../errors/wrap.ts'
import type { CommonFlags } from './options.ts'

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
  /** Prints the result, or writes it to --output-file. */
  print(text: string): Promise<void>
  /** @throws ScimPushError with failure `config` */
  loadConfig(more?: { readonly dryRun?: boolean }): Promise<Config>
}

export const openSession = (flags: CommonFlags, stop: AbortSignal): Session => {
  const runId = randomUUID()
  const log = createLog({
    level: flags.logLevel,
    format: flags.logFormat,
    runId,
    colour: process.stderr.isTTY,
    write: (text) => process.stderr.write(text),
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
  const quiet = flags.logLevel === 'error' || flags.logLevel === 'warn'
  return {
    flags,
    runId,
    log,
    stop,
    colour: process.stdout.isTTY && flags.outputFile === undefined,
    progress: process.stderr.isTTY
      ? terminalProgress(process.stderr)
      : quiet
        ? noProgress
        : logProgress(log, systemClock),
    onRequest,
    requests: counts,
    async print(text) {
      if (flags.outputFile === undefined) process.stdout.write(text)
      else await writeFile(flags.outputFile, text)
    },
    loadConfig: ({ dryRun } = {}) =>
      loadConfig({
        env: processEnvironment(),
        flags: {
          set: [...flags.set, ...(dryRun === true ? ['dryRun=true'] : [])],
          ...(flags.source !== undefined && { source: flags.source }),
        },
        ...(flags.config !== undefined && { file: flags.config }),
        warn: (message) => log.warn(message),
      }),
  }
}

/** Runs a command; an error that it throws is printed as its result, and gives the exit code. */
export const inSession = async (
  name: 'push' | 'plan' | 'check',
  flags: CommonFlags,
  stop: AbortSignal,
  command: (session: Session) => Promise<number>,
): Promise<number> => {
  const session = openSession(flags, stop)
  try {
    return await command(session)
  } catch (cause) {
    const error = toScimPushError(cause)
    await printError(name, error, session)
    return exitCodeOf(resultOfFailure(error.failure))
  }
}

const printError = async (
  name: 'push' | 'plan' | 'check',
  error: ScimPushError,
  session: Session,
): Promise<void> => {
  const { flags, log } = session
  if (error.code === 'INTERNAL')
    log.debug('stack', { stack: error.cause instanceof Error ? (error.cause.stack ?? '') : '' })
  if (flags.output === 'text') process.stderr.write(renderError(error, process.stderr.isTTY))
  else if (name === 'check') await session.print(`${JSON.stringify({ error: errorJson(error) }, null, 2)}\n`)
  else {
    const result = resultOfFailure(error.failure)
    await session.print(
      renderJson(
        reportWithoutRun({ runId: session.runId, config: '', command: name, result, at: new Date(), error }),
      ),
    )
  }
}
