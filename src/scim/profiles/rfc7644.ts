import { emailsOf, filterValue, type PatchOperation } from '../wire.ts'
import type { Profile } from './profile.ts'

/** Any endpoint that follows RFC 7644: each attribute replaced by its path, memberships through the group. */
export const rfc7644: Profile = {
  name: 'rfc7644',
  pageSize: 200,
  // AWS IAM Identity Center takes 100 membership changes a PATCH, the lowest limit that is documented anywhere.
  memberships: { side: 'group', maxPerRequest: 100 },
  assumes: [
    'memberships are written through the group, 100 a PATCH, each removal by a filter on its value',
    'a deactivated user can not log in any more (active: false)',
  ],
  userPatch({ givenName, familyName, ...changes }) {
    const values: readonly (readonly [string, unknown])[] = [
      ...Object.entries(changes),
      ...(changes.userName === undefined ? [] : [['emails', emailsOf(changes.userName)] as const]),
      ...(givenName === undefined ? [] : [['name.givenName', givenName] as const]),
      ...(familyName === undefined ? [] : [['name.familyName', familyName] as const]),
    ]
    return values.map(([path, value]) => ({ op: 'replace', path, value }))
  },
  groupPatch: (changes) =>
    Object.entries(changes).map(([path, value]: [string, string]) => ({ op: 'replace', path, value })),
  membershipPatch({ add, remove }) {
    const operations: PatchOperation[] = []
    if (add.length > 0)
      operations.push({ op: 'add', path: 'members', value: add.map((value) => ({ value })) })
    // `remove` with the path `members` alone would empty the group (RFC 7644 §3.5.2.2), so each removal names one.
    for (const id of remove) operations.push({ op: 'remove', path: `members[value eq ${filterValue(id)}]` })
    return operations
  },
}
