import { isObject } from '../lib/json.ts'
import { isDigest } from '../lib/sha256.ts'
import type { Change } from '../plan/action.ts'
import { REPORT_VERSION } from './json.ts'
import { kindsInOrder } from './kinds.ts'
import type { PlannedAction, SavedPlan } from './moved.ts'

/** The plan in a JSON report; otherwise why there is none in it, completing a sentence about the file. */
export const parseSavedPlan = (value: unknown): SavedPlan | string => {
  if (!isObject(value)) return 'it is no report of a plan'
  const { version, command, config, planHash, approved, fingerprints, actions, withheld, error } = value
  if (version !== REPORT_VERSION) return `it is no report of a plan: its version is not ${REPORT_VERSION}`
  if (command !== 'plan') return 'it is the report of another command than plan'
  if (error !== null) return 'it is the report of a plan that came to nothing'
  if (typeof config !== 'string' || typeof approved !== 'boolean' || !isDigest(planHash))
    return 'its config, planHash or approved is missing or wrong'
  if (!isObject(fingerprints) || !isDigest(fingerprints['source']) || !isDigest(fingerprints['target']))
    return 'its fingerprints are missing or wrong'
  if (!Array.isArray(actions)) return 'its actions are missing'
  const parsed: PlannedAction[] = []
  for (const [n, action] of actions.entries()) {
    const one = parseAction(action)
    if (one === null) return `action ${n + 1} of its actions is wrong`
    parsed.push(one)
  }
  if (!Array.isArray(withheld)) return 'what it withholds is missing'
  for (const [n, entry] of withheld.entries()) {
    const one = parseWithheld(entry)
    if (one === null) return `entry ${n + 1} of what it withholds is wrong`
    if (one !== 'nothing') parsed.push(one)
  }
  const { source, target } = fingerprints
  return { config, planHash, approved, fingerprints: { source, target }, actions: parsed }
}

const parseAction = (value: unknown): PlannedAction | null => {
  if (!isObject(value)) return null
  const { changes } = value
  const about = parseSubject(value, value['kind'])
  if (about === null || !Array.isArray(changes)) return null
  const parsed = changes.map(parseChange)
  if (parsed.includes(null)) return null
  return { ...about, changes: parsed.filter((change) => change !== null), withheld: false }
}

/** Null for what is wrong, nothing for an entry that could not even be compared. */
const parseWithheld = (value: unknown): PlannedAction | 'nothing' | null => {
  if (!isObject(value)) return null
  if (value['action'] === null) return 'nothing'
  const about = parseSubject(value, value['action'])
  return about && { ...about, changes: [], withheld: true }
}

const parseSubject = (
  { subject, user, group, reason }: Readonly<Record<string, unknown>>,
  kindText: unknown,
): Pick<PlannedAction, 'kind' | 'subject' | 'user' | 'group' | 'reason'> | null => {
  const kind = kindsInOrder.find((words) => words.kind === kindText)?.kind
  if (kind === undefined || typeof subject !== 'string' || typeof reason !== 'string') return null
  return isTextOrNull(user) && isTextOrNull(group) ? { kind, subject, user, group, reason } : null
}

const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string'

const textAttributes = ['externalId', 'userName', 'displayName', 'name.givenName', 'name.familyName'] as const

const parseChange = (value: unknown): Change | null => {
  if (!isObject(value)) return null
  const { attribute, from, to } = value
  if (attribute === 'active' && typeof from === 'boolean' && typeof to === 'boolean')
    return { attribute, from, to }
  const known = textAttributes.find((one) => one === attribute)
  return known !== undefined && isTextOrNull(from) && typeof to === 'string'
    ? { attribute: known, from, to }
    : null
}
