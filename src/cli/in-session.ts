import type { ScimPushError } from '../errors/error.ts'
import { toScimPushError } from '../errors/wrap.ts'
import { terminationError } from '../kubernetes/termination-message.ts'
import { exitCodeOf, resultOfFailure } from '../report/exit-code.ts'
import type { OnRequest } from '../lib/requests.ts'
import type { OutputFlags } from './options.ts'
import { printError, type CommandName } from './print-error.ts'
import { openSession, type Session } from './session.ts'
import { terminate } from './terminate.ts'

/**
 * Runs a command; an error that it throws is printed as its result, and gives the exit code. A result that could not be written is
 * no success either.
 */
export const inSession = async <Flags extends OutputFlags>(
  name: CommandName,
  flags: Flags,
  stop: AbortSignal,
  command: (session: Session<Flags>) => Promise<number>,
  watch?: OnRequest,
): Promise<number> => {
  const session = openSession(flags, stop, watch)
  const tell = (): void => {
    const again = stop.reason === 'SIGINT' ? '; Ctrl-C again ends it at once' : ''
    session.log.info(`${signalOf(stop)}: what is under way finishes, and no further write is begun${again}`)
  }
  stop.addEventListener('abort', tell, { once: true })
  try {
    await session.open()
    const exitCode = await command(session)
    return exitCode === 0 && session.lost() ? 1 : exitCode
  } catch (cause) {
    const error = toScimPushError(cause)
    const exitCode = exitCodeOfError(error, stop)
    await printError(name, error, exitCode, session)
    await terminate(session.log, terminationError(exitCode, error))
    return exitCode
  } finally {
    stop.removeEventListener('abort', tell)
    await session.close()
  }
}

/** What a command ends with that such an error ended. */
export const exitCodeOfError = (error: ScimPushError, stop: AbortSignal): number =>
  exitCodeOf(error.code === 'INTERRUPTED' ? 'interrupted' : resultOfFailure(error.failure), {
    signal: signalOf(stop),
  })

/** The signal that asked for the end. */
export const signalOf = (stop: AbortSignal): 'SIGTERM' | 'SIGINT' =>
  stop.reason === 'SIGINT' ? 'SIGINT' : 'SIGTERM'
