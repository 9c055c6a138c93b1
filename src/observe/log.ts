import { pino, stdTimeFunctions, type DestinationStream } from 'pino'
import { prettyFactory } from 'pino-pretty'
import type { Log } from '../lib/log.ts'

export const logLevels = ['error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof logLevels)[number]
export const logFormats = ['text', 'json'] as const
export type LogFormat = (typeof logFormats)[number]

interface LogOptions {
  readonly level: LogLevel
  readonly format: LogFormat
  /** On every line. */
  readonly runId: string
  readonly colour: boolean
  /** Where the lines go; stderr in the program. */
  readonly write: (text: string) => void
}

/** Structured logs: one line an event, as JSON or for people. */
export const createLog = ({ level, format, runId, colour, write }: LogOptions): Log => {
  const inText = prettyFactory({
    colorize: colour,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'run',
    singleLine: true,
  })
  const stream: DestinationStream = format === 'json' ? { write } : { write: (line) => write(inText(line)) }
  const logger = pino(
    {
      level,
      base: { run: runId },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  )
  return {
    error: (message, fields) => logger.error(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    debug: (message, fields) => logger.debug(fields ?? {}, message),
  }
}
