import type { Target } from '../apply/target.ts'
import type { ScimPushError } from '../errors/error.ts'
import { toScimPushError } from '../errors/wrap.ts'
import type { CheckName } from '../model/checks.ts'
import { doubt, failed, type Finding } from '../model/finding.ts'
import type { TargetState } from '../model/target-state.ts'
import type { PlanContext } from '../plan/context.ts'
import { computePlan } from '../plan/plan.ts'
import type { Policy } from '../plan/policy.ts'
import { counted } from '../report/counted.ts'
import type { CheckedPart } from '../report/report.ts'
import type { Reading, Source } from '../source/source.ts'
import { checkPlan } from './plan.ts'
import { checkScope } from './scope.ts'
import { people } from './some-of.ts'

interface Checked<Side> {
  readonly side: Side
  /** What its own check found. */
  readonly found: readonly Finding[]
}

interface Options {
  readonly source: Checked<Pick<Source, 'explore'>>
  readonly target: Checked<Pick<Target, 'read'>>
  readonly policy: Policy
  readonly context: PlanContext
  /** What is wrong with what a push remembers. */
  readonly warnings: readonly ScimPushError[]
  readonly stop: AbortSignal
}

/** All findings of each side, and those of both together. */
interface BothSides {
  readonly source: readonly Finding[]
  readonly target: readonly Finding[]
  readonly plan: CheckedPart
}

/**
 * Reads each side in full, as a push does, where its own check says that it can be read; then says what is in scope, and what a push
 * would do. Nothing is written. A reading that fails is a finding. Never throws.
 */
export const checkBothSides = async (options: Options): Promise<BothSides> => {
  const { source, target, stop } = options
  const [reading, state] = await Promise.all([
    attempt(source.found, () => source.side.explore(stop)),
    attempt(target.found, () => target.side.read(stop)),
  ])
  const found = {
    source: [...source.found, ...(reading.read ? checkScope(reading.read) : [])],
    target: target.found,
  }
  if (reading.read && state.read) return { ...found, plan: compare(reading.read, state.read, options) }
  const missing = [...(reading.read ? [] : ['source']), ...(state.read ? [] : ['target'])]
  return {
    ...found,
    plan: {
      description: `not compared: the ${missing.join(' and the ')} could not be read`,
      findings: [...reading.findings, ...state.findings],
    },
  }
}

/** Whoever can't connect, or may not read, has been told so; trying again with the patience of a push only takes time. */
const proofs: ReadonlySet<CheckName> = new Set<CheckName>([
  'google-users',
  'ad-people',
  'records-readable',
  'scim-groups',
])

const attempt = async <T extends object>(
  found: readonly Finding[],
  read: () => Promise<T>,
): Promise<{ readonly read: T | null; readonly findings: readonly Finding[] }> => {
  if (!found.some(({ check, level }) => proofs.has(check) && level !== 'error'))
    return { read: null, findings: [] }
  try {
    return { read: await read(), findings: [] }
  } catch (cause) {
    // Most likely the same again, in other words.
    const known = found.some(({ level }) => level === 'error')
    return { read: null, findings: known ? [] : [failed('plan-read', toScimPushError(cause))] }
  }
}

const compare = (
  { snapshot }: Reading,
  state: TargetState,
  { policy, context, warnings }: Options,
): CheckedPart => {
  const plan = computePlan(snapshot, state, policy, context)
  const wanted = [
    people(snapshot.users.length),
    ...(snapshot.groups ? [counted(snapshot.groups.length, 'group')] : []),
  ]
  const present = [counted(state.users.length, 'account'), counted(state.groups.length, 'group')]
  return {
    description: `${wanted.join(' and ')} in scope, ${present.join(' and ')} at the target`,
    findings: [
      ...checkPlan({ desired: snapshot, current: state, policy, plan }),
      ...warnings.map(({ code, message, remedy }) => doubt('plan-memory', `${code}: ${message}`, remedy)),
    ],
  }
}
