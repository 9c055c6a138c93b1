/**
 * Every request that the program makes, in the groups to which one promise is made. How a request is told from the others is in the
 * tests; this is what docs/faults.md is made from as well.
 */
export const requests = {
  token: { service: 'google', title: 'the token' },
  'users page 1': { service: 'google', title: 'users.list, page 1, all users' },
  'users page 2': { service: 'google', title: 'users.list, later pages, all users' },
  'groups page 1': { service: 'google', title: 'groups.list, page 1' },
  'groups page 2': { service: 'google', title: 'groups.list, later pages' },
  'SCIM group': { service: 'google', title: 'groups.get of a SCIM group' },
  'members page 1': { service: 'google', title: 'members.list of a group, page 1' },
  'members page 2': { service: 'google', title: 'members.list of a group, later pages' },
  'nested group': { service: 'google', title: 'groups.get of a nested group' },
  'listed users': { service: 'google', title: 'users.list, for those whom groups name' },
  'one user': { service: 'google', title: 'users.get of somebody whom a group names' },

  'GET config': { service: 'scim', title: 'GET /ServiceProviderConfig' },
  'GET users page 1': { service: 'scim', title: 'GET /Users, page 1' },
  'GET users page 2': { service: 'scim', title: 'GET /Users, later pages' },
  'GET groups page 1': { service: 'scim', title: 'GET /Groups, page 1' },
  'GET groups page 2': { service: 'scim', title: 'GET /Groups, later pages' },
  'GET group': { service: 'scim', title: 'GET /Groups/ID, where a list shows no members' },
  'POST group': { service: 'scim', title: 'POST /Groups' },
  'POST user': { service: 'scim', title: 'POST /Users' },
  'look-up': { service: 'scim', title: 'GET with a filter, after a POST without an answer' },
  'PATCH group': { service: 'scim', title: 'PATCH /Groups/ID: its name' },
  'PATCH deactivation': { service: 'scim', title: 'PATCH /Users/ID: active' },
  'PATCH user': { service: 'scim', title: 'PATCH /Users/ID: name and email' },
  'PATCH membership': { service: 'scim', title: 'PATCH /Users/ID: groups' },
  'PATCH members': { service: 'scim', title: 'PATCH /Groups/ID: members' },
  'DELETE group': { service: 'scim', title: 'DELETE /Groups/ID' },
  'DELETE user': { service: 'scim', title: 'DELETE /Users/ID' },
} as const satisfies Readonly<Record<string, { readonly service: 'google' | 'scim'; readonly title: string }>>

export type RequestId = keyof typeof requests
