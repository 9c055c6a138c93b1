import { fault, fine, type Finding } from '../model/finding.ts'
import type { Memory } from './memory.ts'

/** Whether a push could write its memory, as far as that can be told without writing; nothing where it needs none. Never throws. */
export const checkMemory = async (memory: Memory | null): Promise<readonly Finding[]> => {
  if (!memory) return []
  const { where } = memory
  const reason = await memory.unwritable()
  if (reason === null) return [fine('plan-memory', `who is missing is remembered in ${where}`)]
  const remedy = 'Set spec.memory.file to a file in a directory that this user may write to, and that stays.'
  return [fault('plan-memory', `who is missing can’t be remembered in ${where}: ${reason}`, remedy)]
}
