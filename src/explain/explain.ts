import type { Target } from '../apply/target.ts'
import { ScimPushError } from '../errors/error.ts'
import { nearNames } from '../lib/near-names.ts'
import type { Gap } from '../model/snapshot.ts'
import type { TargetState } from '../model/target-state.ts'
import type { PlanContext } from '../plan/context.ts'
import { planInDetail } from '../plan/explain.ts'
import type { Policy } from '../plan/policy.ts'
import { readBoth } from '../read-both.ts'
import type { Explanation } from '../report/explain.ts'
import { verdictOf } from '../report/explain-verdict.ts'
import type { Reading, Scope, Source } from '../source/source.ts'
import { explainPerson } from './explain-person.ts'
import { findPeople } from './find-people.ts'

interface ExplainOptions {
  /** An email, a login, a DN, or an id of either side. */
  readonly query: string
  readonly config: string
  readonly source: Source
  readonly target: Target
  readonly scope: Scope
  readonly policy: Policy
  readonly suspended: boolean
  readonly dryRun: boolean
  readonly context: PlanContext
  readonly stop: AbortSignal
}

const MOST_SUGGESTIONS = 3

/**
 * Reads both sides, plans, and says of everybody who goes by the name what that means for them. Writes nothing. Where nobody goes by it, the
 * answer has the error PERSON_NOT_FOUND.
 * @throws ScimPushError when either side can't be read
 */
export const explain = async (options: ExplainOptions): Promise<Explanation> => {
  const { query, source, target, policy, context, stop } = options
  const [reading, current] = await readBoth((signal) => source.explore(signal), target, stop)
  const planned = planInDetail(reading.snapshot, current, policy, context)
  const { people, more } = await findPeople({
    query,
    source,
    reading,
    current,
    owners: planned.owners,
    signal: stop,
  })
  const suggestions = people.length > 0 ? [] : nearNames(query, allNames(reading, current), MOST_SUGGESTIONS)
  const told = {
    config: options.config,
    source: source.description,
    target: target.description,
    scimGroups: options.scope.scimGroups,
    suspended: options.suspended,
    dryRun: options.dryRun,
    otherConfig: context.otherConfig,
    planHash: planned.plan.hash,
    more,
    suggestions,
  }
  const explained = people.map((person) => explainPerson(person, { reading, current, planned, policy }))
  return {
    ...told,
    people: explained.map((person) => ({ ...person, verdict: verdictOf(person, told) })),
    error: people.length > 0 ? null : notFound(query, reading.snapshot.gaps, suggestions),
  }
}

function* allNames({ graph }: Reading, { users }: TargetState): Generator<string, void, void> {
  for (const { userName, label } of graph.users.values()) {
    if (userName !== null) yield userName
    if (label !== userName) yield label
  }
  for (const { userName } of users) yield userName
}

const notFound = (query: string, gaps: readonly Gap[], suggestions: readonly string[]): ScimPushError => {
  const unread = gaps.length > 0 ? `, though not all was read: ${gaps[0]?.subject ?? ''}` : ''
  return new ScimPushError('PERSON_NOT_FOUND', {
    message: `neither the source nor the target has anybody by the name ${query}${unread}`,
    ...(suggestions.length > 0 && { remedy: `Did you mean ${suggestions.join(' or ')}?` }),
  })
}
