import { pino, stdTimeFunctions, type DestinationStream } from 'pino'
import { prettyFactory } from 'pino-pretty'
import type { Log, LogFields } from '../lib/log.ts'
import { clipped } from '../lib/clipped.ts'
import { printable, printableJson } from '../report/printable.ts'
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

/** How much of one text a line has: what reads logs cuts long lines, or drops them. */
const LONGEST = 4000

/** Structured logs: one line an event, as JSON or for people. */
export const createLog = ({ level, format, runId, colour, write }: LogOptions): Log => {
  const inText = prettyFactory({
    colorize: colour,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'run',
    singleLine: true,
  })
  const stream: DestinationStream =
    format === 'json'
      ? { write: (line) => write(printableJson(line)) }
      : { write: (line) => write(inText(line)) }
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
      if (!logger.isLevelEnabled(name)) return
      // In text a name from a directory could fake a line or colour the terminal; JSON is escaped as a whole.
      const shown = (text: string): string =>
        format === 'json' ? clipped(text, LONGEST) : printable(clipped(text, LONGEST))
      logger[name](mapTexts(fields, shown), shown(message))
    }
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') }
}

const mapTexts = (fields: LogFields, shown: (text: string) => string): LogFields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' && name !== 'stack'
        ? shown(value)
        : Array.isArray(value)
          ? value.map(shown)
          : value,
    ]),
  )
