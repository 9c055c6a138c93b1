import type { GroupKey, ScimId } from '../model/ids.ts'
import type { SourceGroup } from '../model/group.ts'
import type { DirectorySnapshot } from '../model/snapshot.ts'
import type { TargetGroup } from '../model/target-state.ts'
import type { Action, GroupRef } from './action.ts'
import { groupChanges } from './changes.ts'
import { match } from './match.ts'
import type { Policy } from './policy.ts'
import { orderRenames } from './renames.ts'
import { aboutGroup, type Withheld } from './withheld.ts'

/** A group that has members to compare. */
export interface PairedGroup {
  readonly ref: GroupRef
  readonly wanted: SourceGroup
  /** Null for a group that this plan creates. */
  readonly present: TargetGroup | null
}

/** What becomes of the groups, and what the memberships need to know of them. */
export interface GroupPlan {
  readonly actions: readonly Action[]
  readonly withheld: readonly Withheld[]
  readonly waves: ReadonlyMap<ScimId, number>
  readonly paired: readonly PairedGroup[]
  /** Members of the groups that a `group.delete` is about. */
  readonly leaving: ReadonlyMap<ScimId, TargetGroup>
  readonly removable: number
}

const nothing: GroupPlan = {
  actions: [],
  withheld: [],
  waves: new Map(),
  paired: [],
  leaving: new Map(),
  removable: 0,
}

/**
 * Compares groups; with `scope.groups: none` there is nothing to compare and nothing is touched.
 *
 * | source | target | action |
 * |---|---|---|
 * | group | none | create |
 * | group | its own | update what differs |
 * | none | managed | delete |
 * | none | not managed | – (like managed with `unmanaged: remove`) |
 */
export const planGroups = (
  desired: DirectorySnapshot,
  current: readonly TargetGroup[],
  policy: Policy,
): GroupPlan => {
  if (desired.groups === null) return nothing
  const options = {
    wanted: (group: SourceGroup) => ({ key: group.key, name: group.displayName }),
    present: (group: TargetGroup) => ({
      id: group.id,
      externalId: group.externalId,
      name: group.displayName,
    }),
    attribute: 'displayName',
    complete: desired.groupsComplete && desired.gaps.length === 0,
  }
  const matching = match(desired.groups, current, options)
  const managed = (group: TargetGroup): boolean => group.externalId !== null || policy.unmanaged === 'remove'
  const leaving = matching.leftover.filter(managed)
  const vacating = new Set(leaving)
  const renames = orderRenames(matching, {
    ...options,
    mayRename: policy.groups.update,
    // displayName need not be unique (RFC 7643 §4.2), so a group that goes at the end of the run is not in the way.
    vacates: (group) => policy.groups.remove === 'delete' && vacating.has(group),
  })

  const matched = new Set([...matching.pairs.values()].filter((group) => group !== null))
  const actions: Action[] = []
  const withheld: Withheld[] = []
  const waves = new Map<ScimId, number>()
  const paired: PairedGroup[] = []
  for (const [group, because] of matching.blocked) {
    withheld.push({ kind: 'group', action: null, ...aboutGroup(group.displayName), ...because })
  }
  for (const [wanted, present] of matching.pairs) {
    const conflict = renames.blocked.get(wanted)
    if (present === null) {
      if (conflict) {
        withheld.push({
          kind: 'group',
          action: 'group.create',
          ...aboutGroup(wanted.displayName),
          ...conflict,
        })
        continue
      }
      const ref: GroupRef & { readonly key: GroupKey } = {
        key: wanted.key,
        id: null,
        displayName: wanted.displayName,
      }
      actions.push({ kind: 'group.create', group: ref, reason: 'in-scope' })
      paired.push({ ref, wanted, present })
      continue
    }
    if (conflict)
      withheld.push({
        kind: 'group',
        action: 'group.update',
        ...aboutGroup(present.displayName),
        ...conflict,
      })
    const ref = refOf(present, wanted.key)
    const changes = groupChanges(wanted, present, conflict === undefined)
    if (changes.length > 0) {
      waves.set(present.id, renames.waves.get(wanted) ?? 0)
      const reason = present.externalId === wanted.key ? 'changed' : 'adopted'
      actions.push({ kind: 'group.update', group: ref, changes, reason })
    }
    paired.push({ ref, wanted, present })
  }
  for (const group of leaving) {
    const reason = group.externalId === null ? 'unmanaged' : 'left-scope'
    actions.push({ kind: 'group.delete', group: refOf(group, null), reason })
  }
  return {
    actions,
    withheld,
    waves,
    paired,
    leaving: new Map(leaving.map((group) => [group.id, group])),
    removable: current.filter((group) => managed(group) || matched.has(group)).length,
  }
}

const refOf = (group: TargetGroup, key: GroupKey | null): GroupRef & { readonly id: ScimId } => ({
  key,
  id: group.id,
  displayName: group.displayName,
})
