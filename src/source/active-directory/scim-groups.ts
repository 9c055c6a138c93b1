import pMap from 'p-map'
import type { ErrorCode } from '../../errors/catalogue.ts'
import { ScimPushError } from '../../errors/error.ts'
import { fold } from '../../lib/fold.ts'
import type { Gap } from '../../model/snapshot.ts'
import type { Directory } from './directory.ts'
import { all, any, equals } from './filters.ts'
import { entryAttributes, type Group, type Person } from './parse.ts'
import type { Incomplete } from './question.ts'
import { resultCode } from './result-code.ts'

export interface ScimGroups {
  readonly groups: readonly Group[]
  readonly users: readonly Person[]
  readonly gaps: readonly Gap[]
}

type Resolution =
  | { readonly kind: 'group'; readonly group: Group }
  | { readonly kind: 'person'; readonly person: Person }
  | { readonly kind: 'unresolved'; readonly detail: string }
  /** The directory did not answer, which is not the same as there being none. */
  | { readonly kind: 'unanswered'; readonly detail: string; readonly away: boolean }

/** Names that are looked for at the same time, on the one connection. */
const AT_ONCE = 4

/**
 * Finds what `scope.scimGroups` names: groups by account name, common name or DN, and people by DN. A name that fits
 * several groups is a gap that names them, never a choice.
 * @throws ScimPushError where names are configured and not one of them was found
 */
export const resolveScimGroups = async (
  directory: Directory,
  names: readonly string[],
): Promise<ScimGroups> => {
  const groups = new Map<string, Group>()
  const users: Person[] = []
  const gaps: Gap[] = []
  let unanswered: ErrorCode | null = null
  const look = async (name: string) => ({ name, resolution: await resolve(directory, name) })
  for (const { name, resolution } of await pMap(names, look, { concurrency: AT_ONCE })) {
    switch (resolution.kind) {
      case 'group':
        if (!groups.has(resolution.group.guid)) groups.set(resolution.group.guid, resolution.group)
        break
      case 'person':
        users.push(resolution.person)
        break
      case 'unanswered':
      case 'unresolved':
        if (resolution.kind === 'unanswered')
          unanswered = resolution.away ? 'AD_UNREACHABLE' : (unanswered ?? 'AD_SEARCH_REFUSED')
        gaps.push({ kind: 'scim-group-unresolved', subject: name, detail: resolution.detail })
        break
    }
  }
  if (gaps.length > 0 && gaps.length === names.length)
    throw new ScimPushError(unanswered ?? 'AD_SCIM_GROUP_UNRESOLVED', {
      message: `no SCIM group was found: ${gaps.map(({ subject, detail }) => `${subject}: ${detail}`).join('; ')}`,
      where: 'spec.scope.scimGroups',
    })
  return { groups: [...groups.values()], users, gaps }
}

const resolve = async (directory: Directory, name: string): Promise<Resolution> => {
  const byDn = looksLikeDn(name) ? await resolveDn(directory, name.trim()) : null
  if (byDn && byDn.kind !== 'unresolved') return byDn
  const byName = await resolveName(directory, name)
  // A name may look like a DN without being one; where both fail, what was said of the DN is the better answer.
  return byDn && byName.kind === 'unresolved' && byName.detail === NOT_FOUND ? byDn : byName
}

export const looksLikeDn = (name: string): boolean =>
  /^\s*(?:[a-z][a-z0-9-]*|\d+(?:\.\d+)+)\s*=.*,/isu.test(name)

export const notThere: readonly (number | null)[] = [
  resultCode.noSuchObject,
  resultCode.invalidDnSyntax,
  resultCode.referral,
]

const unansweredOr = ({ status, detail, away = false }: Incomplete): Resolution =>
  notThere.includes(status) ? { kind: 'unresolved', detail } : { kind: 'unanswered', detail, away }

/** The server compares DNs, with all their spellings, by reading that very entry. */
const resolveDn = async (directory: Directory, dn: string): Promise<Resolution> => {
  const { entries, incomplete } = await directory.readEntry(dn, entryAttributes(directory.email))
  if (incomplete) return unansweredOr(incomplete)
  const [entry] = entries
  if (!entry) return { kind: 'unresolved', detail: NOT_FOUND }
  if (entry.kind === 'group') return { kind: 'group', group: entry }
  if (entry.kind === 'person') return { kind: 'person', person: entry }
  return { kind: 'unresolved', detail: 'it is neither a group nor a person' }
}

const NOT_FOUND = 'there is no such group, or the account may not read it'

const nameAttributes = ['sAMAccountName', 'cn', 'name'] as const

const resolveName = async (directory: Directory, name: string): Promise<Resolution> => {
  const spellings = [...new Set([name.trim(), name])]
  const { entries, incomplete } = await directory.search({
    base: directory.base,
    scope: 'sub',
    filter: all(
      equals('objectClass', 'group'),
      any(spellings.flatMap((one) => nameAttributes.map((attribute) => equals(attribute, one)))),
    ),
    attributes: entryAttributes(directory.email),
  })
  if (incomplete) return unansweredOr(incomplete)
  // The server also takes é for e and ß for ss: what it found need not bear that very name.
  const wanted = fold(name)
  const hits = entries
    .filter((entry) => entry.kind === 'group')
    .filter(({ accountName, commonName }) =>
      [accountName, commonName].some((each) => each !== null && fold(each) === wanted),
    )
  const [hit] = hits
  if (!hit) return { kind: 'unresolved', detail: NOT_FOUND }
  if (hits.length > 1)
    return {
      kind: 'unresolved',
      detail: `${hits.length} groups bear that name, name one by its DN: ${hits.map(({ dn }) => dn).join(' and ')}`,
    }
  return { kind: 'group', group: hit }
}
