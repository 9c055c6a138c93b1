import { matcher } from '../lib/wildcard.ts'
import type { UserKey } from '../model/ids.ts'
import type { DirectoryGraph, DirectoryGroup } from './graph.ts'
import { wayDown, type Way } from './paths.ts'
import { groupMatcher } from './project.ts'
import type { Scope } from './source.ts'

/** A way into scope that an excluded group is on, so that it leads nowhere. */
interface ClosedWay extends Way {
  /** The first excluded group on it. */
  readonly group: string
  /** What of `scope.exclude.groups` means that group. */
  readonly pattern: string
}

/** Whether somebody is in scope, and by what. */
export interface Standing {
  readonly inScope: boolean
  /** No SCIM group is configured, so every user is in scope. */
  readonly everyUser: boolean
  /** `scope.scimGroups` names the person. */
  readonly named: boolean
  /** The shortest way through each SCIM group that has the person, in the order of the configuration. */
  readonly ways: readonly Way[]
  /** Ways through other SCIM groups that would be ones if it were not for `scope.exclude.groups`. */
  readonly closed: readonly ClosedWay[]
  /** What of `scope.exclude.users` means the person. */
  readonly excludedBy: readonly string[]
}

/**
 * Where `key` stands: in scope if and only if `project` puts it there, with the reasons that `project` has no use for. `key` need not be in
 * the graph.
 */
export const standingOf = (graph: DirectoryGraph, scope: Scope, key: UserKey): Standing => {
  const user = graph.users.get(key)
  const walk = { groups: graph.groups, user: key, countsAsEveryone: user !== undefined }
  const excludingGroups = scope.exclude.groups.map((pattern) => ({ pattern, matches: matcher([pattern]) }))
  const patternOf = ({ displayName, aliases }: DirectoryGroup): string | undefined =>
    excludingGroups.find(({ matches }) => matches(displayName) || aliases.some(matches))?.pattern

  const excluded = groupMatcher(scope)

  const ways: Way[] = []
  const closed: ClosedWay[] = []
  for (const root of graph.scimGroups) {
    const way = wayDown(root, { ...walk, skip: excluded })
    if (way) {
      ways.push(way)
      continue
    }
    const shut = wayDown(root, { ...walk, skip: () => false })
    for (const step of shut?.path ?? []) {
      const group = graph.groups.get(step.key)
      const pattern = group && patternOf(group)
      if (!shut || pattern === undefined) continue
      closed.push({ ...shut, group: step.displayName, pattern })
      break
    }
  }

  const everyUser = scope.scimGroups.length === 0 && user !== undefined
  const named = graph.scimUsers.includes(key)
  const known = user ?? graph.strangers.get(key)
  const names = [known?.label, user?.userName].filter((name) => typeof name === 'string')
  const excludedBy = scope.exclude.users.filter((pattern) => names.some(matcher([pattern])))
  const reached = everyUser || named || ways.length > 0
  return { inScope: reached && excludedBy.length === 0, everyUser, named, ways, closed, excludedBy }
}
