import { randomUUID } from 'node:crypto'
import { loadConfig, processEnvironment } from '../config/load.ts'
import type { Config } from '../config/config.ts'
import { toScimPushError } from '../errors/wrap.ts'
import { systemClock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { noProgress, type Progress } from '../lib/progress.ts'
import { createTally } from '../lib/tally.ts'
import type { OnRequest } from '../lib/requests.ts'
import { createLog } from '../observe/log.ts'
import { logProgress, terminalProgress } from '../observe/progress.ts'
import type { CommonFlags, OutputFlags } from './options.ts'
import { openOutputFile, standardOutput } from './output.ts'
import type { Assignment } from './work.ts'

/** What one run works with: an id, a log that has it on every line, and a count of its requests. */
export interface RunContext {
  readonly runId: string
  readonly log: Log
  readonly progress: Progress
  readonly onRequest: OnRequest
  readonly requests: () => Readonly<Record<string, number>>
}

/** What every command works with: its flags, the context of its first run, and where its result goes. */
export interface Session<Flags extends OutputFlags = OutputFlags> extends RunContext {
  readonly flags: Flags
  readonly stop: AbortSignal
  readonly colour: boolean
  /** For each run after the first one: a new id and a new count. */
  nextRun(): RunContext
  /** Opens --output-file. @throws ScimPushError OUTPUT_UNWRITABLE */
  open(): Promise<void>
  /** Prints the result, or writes it to --output-file, be it in parts. Never throws: what can't be written is logged, and `lost`. */
  print(text: string | Iterable<string>): Promise<void>
  lost(): boolean
  close(): Promise<void>
}

/** @param watch told of every request of every run, for the metrics */
export const openSession = <Flags extends OutputFlags>(
  flags: Flags,
  stop: AbortSignal,
  watch: OnRequest = () => undefined,
): Session<Flags> => {
  const bar = process.stderr.isTTY ? terminalProgress(process.stderr, systemClock) : null
  // The second signal ends the process at once; the terminal is not left without a cursor.
  if (bar) process.once('exit', () => bar.end())
  const quiet = flags.logLevel === 'error' || flags.logLevel === 'warn'
  const nextRun = (): RunContext => {
    const runId = randomUUID()
    const log = createLog({
      level: flags.logLevel,
      format: flags.logFormat,
      runId,
      colour: process.stderr.isTTY && process.stderr.hasColors(),
      write: (text) => (bar ? bar.above(text) : process.stderr.write(text)),
    })
    const { onRequest, counts } = createTally((event) => {
      watch(event)
      const { system, method, path, status, durationMs, attempt, retry } = event
      log.debug(`${method} ${path}`, {
        system,
        status,
        ms: Math.round(durationMs),
        attempt,
        ...(retry !== null && { retry }),
      })
    })
    const progress = bar ?? (quiet ? noProgress : logProgress(log, systemClock))
    return { runId, log, progress, onRequest, requests: counts }
  }
  const first = nextRun()
  let output = standardOutput
  let lost = false
  return {
    ...first,
    flags,
    stop,
    colour: process.stdout.isTTY && process.stdout.hasColors() && flags.outputFile === undefined,
    nextRun,
    async open() {
      if (flags.outputFile !== undefined) output = await openOutputFile(flags.outputFile)
    },
    async print(text) {
      const parts = typeof text === 'string' ? [text] : text
      try {
        for (const part of parts) await output.write(part)
      } catch (cause) {
        lost = true
        const detail = toScimPushError(cause).message
        first.log.error('the result could not be written', {
          to: flags.outputFile ?? 'standard output',
          detail,
        })
        if (output === standardOutput) return
        for (const part of parts) await standardOutput.write(part).catch(() => undefined)
      }
    },
    lost: () => lost,
    close: () => output.close(),
  }
}

/** The configuration that an assignment, the environment and the flags give. @throws ScimPushError with failure `config` */
export const configOf = (
  { input }: Assignment,
  { set, source }: CommonFlags,
  log: Log,
  more: { readonly dryRun?: boolean } = {},
): Promise<Config> =>
  loadConfig({
    env: processEnvironment(),
    flags: {
      set: [...set, ...(more.dryRun === true ? ['dryRun=true'] : [])],
      ...(source !== undefined && { source }),
    },
    ...input(),
    warn: (message) => log.warn(message),
  })
