import { ScimPushError } from '../errors/error.ts'
import { findJsonProblem } from '../lib/json-check.ts'
import { isObject } from '../lib/json.ts'
import { readTextFile } from '../lib/text-file.ts'
import { parseSavedPlan } from '../report/saved-plan.ts'
import type { SavedPlan } from '../report/moved.ts'

/** A plan of 500,000 actions has some 200 MB. */
const MAX_BYTES = 256 * 2 ** 20

/** The plan that `plan --output json --output-file FILE` wrote. @throws ScimPushError PLAN_UNREADABLE */
export const readSavedPlan = async (path: string): Promise<SavedPlan> => {
  const file = await readTextFile(path, MAX_BYTES)
  if (file.kind === 'unreadable') throw unreadable(`the saved plan ${file.reason}`, path)
  let value: unknown
  try {
    value = JSON.parse(file.text)
  } catch (cause) {
    const at = findJsonProblem(file.text)
    throw unreadable(
      `the saved plan is no JSON${at ? `: line ${at.line}, column ${at.column}: ${at.problem}` : ''}`,
      path,
      cause,
    )
  }
  // Of two members of one name the last one counts, and a reader may have looked at the first.
  const problem = findJsonProblem(file.text)
  if (problem) throw unreadable(`line ${problem.line}, column ${problem.column}: ${problem.problem}`, path)
  if (isObject(value) && Array.isArray(value['reports']))
    throw unreadable('it holds the plans of several configurations; save one plan a file', path)
  const plan = parseSavedPlan(value)
  if (typeof plan === 'string') throw unreadable(plan, path)
  return plan
}

const unreadable = (message: string, where: string, cause?: unknown): ScimPushError =>
  new ScimPushError('PLAN_UNREADABLE', { message, where, cause })
