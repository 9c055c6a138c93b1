import { pino, stdTimeFunctions, type DestinationStream } from 'pino'
import { prettyFactory } from 'pino-pretty'
import type { Log, LogFields } from '../lib/log.ts'
import { printable } from '../report/printable.ts'
import type { LogFormat, LogLevel } from './log-options.ts'

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
  const at =
    (name: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      // JSON escapes what it must; in text a name from a directory could fake a line or colour the terminal.
      if (format === 'json') logger[name](fields, message)
      else logger[name](printableFields(fields), printable(message))
    }
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') }
}

const printableFields = (fields: LogFields): LogFields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' && name !== 'stack'
        ? printable(value)
        : Array.isArray(value)
          ? value.map(printable)
          : value,
    ]),
  )
