import { processEnvironment } from '../config/load.ts'
import { toScimPushError } from '../errors/wrap.ts'
import { TERMINATION_LOG, writeTerminationMessage } from '../kubernetes/termination-message.ts'
import type { Log } from '../lib/log.ts'

/** Leaves the one line that a pod's status shows. Never throws: a warning is all that it may cost. */
export const terminate = async (log: Log, text: string): Promise<void> => {
  const path = processEnvironment()['SCIM_PUSH_TERMINATION_LOG']?.trim() || TERMINATION_LOG
  try {
    await writeTerminationMessage(path, text)
  } catch (cause) {
    log.warn('the termination message could not be written', { path, detail: toScimPushError(cause).message })
  }
}
