import type { UserChanges } from '../../apply/target.ts'
import type { PatchOperation } from '../wire.ts'
import type { Profile } from './profile.ts'

/**
 * Keeper’s endpoint: memberships go through the user, also in the POST; a group is displayName and externalId. Updates are sent
 * as Keeper’s own client sends them, the one form that is known to be taken: `replace` without a path, sub-attributes by dots.
 */
export const keeper: Profile = {
  name: 'keeper',
  // Since backend 17.6.0 up to 10,000 are served, and ServiceProviderConfig says so; older regions serve what they serve, which paging
  // follows.
  pageSize: 1000,
  memberships: { side: 'user', maxPerRequest: 100 },
  assumes: [
    'memberships are written through the user, 100 a request',
    'a deactivated user is locked; Keeper does not say what DELETE does to a vault',
    'new users are invited and new teams queued, until an administrator or a member logs in, the Automator does, or Commander’s team-approve',
    'groups whose name begins with the endpoint’s role prefix become roles instead of teams',
  ],
  userPatch: (changes) => replace(userValue(changes)),
  groupPatch: (changes) => replace({ ...changes }),
  membershipPatch({ add, remove }) {
    const operations: PatchOperation[] = []
    if (add.length > 0) operations.push({ op: 'add', path: 'groups', value: add.map((value) => ({ value })) })
    if (remove.length > 0)
      operations.push({ op: 'remove', path: 'groups', value: remove.map((value) => ({ value })) })
    return operations
  },
}

const replace = (value: Readonly<Record<string, unknown>>): readonly PatchOperation[] =>
  Object.keys(value).length > 0 ? [{ op: 'replace', value }] : []

const userValue = ({
  givenName,
  familyName,
  ...changes
}: UserChanges): Readonly<Record<string, unknown>> => ({
  ...changes,
  ...(givenName !== undefined && { 'name.givenName': givenName }),
  ...(familyName !== undefined && { 'name.familyName': familyName }),
})
