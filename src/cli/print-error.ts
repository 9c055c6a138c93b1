import type { ScimPushError } from '../errors/error.ts'
import type { Log } from '../lib/log.ts'
import { renderCheckErrorJson } from '../report/check.ts'
import { resultOfFailure } from '../report/exit-code.ts'
import { errorJson, jsonDocument } from '../report/json.ts'
import { reportWithoutRun } from '../report/no-run.ts'
import { renderError } from '../report/text.ts'
import { renderDocument } from './render.ts'
import type { Session } from './session.ts'

export type CommandName = 'push' | 'plan' | 'apply' | 'check' | 'explain' | 'list' | 'serve'

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

/** What a run is to be warned of, a line each. */
export const logWarnings = (log: Log, warnings: readonly ScimPushError[]): void => {
  for (const { code, message, where, remedy } of warnings) log.warn(message, { code, where, remedy })
}

const logStack = (log: Log, code: string, cause: unknown): void => {
  if (code === 'INTERNAL' && cause instanceof Error) log.debug('stack', { stack: cause.stack ?? '' })
}

/** An error as the result of a command that came to nothing else. */
export const printError = async (
  name: CommandName,
  error: ScimPushError,
  exitCode: number,
  session: Session,
): Promise<void> => {
  const { flags, runId } = session
  tellError(name, error, session)
  if (flags.output === 'none') return
  if (flags.output === 'text') {
    if (flags.outputFile !== undefined) await session.print(renderError(error, false))
  } else if (name === 'push' || name === 'plan' || name === 'apply') {
    const result = error.code === 'INTERRUPTED' ? 'interrupted' : resultOfFailure(error.failure)
    const report = reportWithoutRun({
      runId,
      config: '',
      command: name,
      result,
      exitCode,
      at: new Date(),
      error,
    })
    await session.print(await renderDocument(flags.output, report))
  } else if (name === 'check') await session.print(renderCheckErrorJson(error, exitCode))
  else await session.print(jsonDocument({ exitCode, error: errorJson(error) }))
}

/** Standard error is read by a person or by a machine, and says what went wrong wherever the result goes. */
export const tellError = (name: CommandName, error: ScimPushError, { flags, log }: Session): void => {
  if (flags.logFormat === 'json') logError(log, `${name} failed`, error)
  else {
    process.stderr.write(renderError(error, process.stderr.isTTY))
    logStack(log, error.code, error.cause)
  }
}
