const base = 'https://www.googleapis.com/auth/admin.directory.'

/** What a client id is delegated in the Admin console by default: reading users, groups and members. */
export const readOnlyScopes: readonly string[] = [
  `${base}user.readonly`,
  `${base}group.readonly`,
  `${base}group.member.readonly`,
]

/** The scopes of which one is enough, by what is asked for. */
export const enoughFor: Readonly<Record<'users' | 'groups' | 'members', readonly string[]>> = {
  users: [`${base}user.readonly`, `${base}user`],
  groups: [`${base}group.readonly`, `${base}group`],
  members: [`${base}group.member.readonly`, `${base}group.member`, `${base}group.readonly`, `${base}group`],
}
