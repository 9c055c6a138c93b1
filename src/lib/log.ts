/** Structured fields of a log line. Values are printed as they are: never put a secret in. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | readonly string[]>>

/**
 * What the edges log through; `observe/log.ts` implements it.
 * error: the run fails; warn: a person should look; info: a handful of lines a run; debug: every request.
 */
export interface Log {
  error(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  debug(message: string, fields?: LogFields): void
}

export const silentLog: Log = { error() {}, warn() {}, info() {}, debug() {} }
