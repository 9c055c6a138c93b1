import type { GoogleDirectory, GoogleGroup, GoogleMember, GoogleUser } from './directory.ts'
import type { Shape } from './fields.ts'

export const userShape: Shape = {
  kind: null,
  id: null,
  etag: null,
  primaryEmail: null,
  name: { givenName: null, familyName: null, fullName: null, displayName: null },
  isAdmin: null,
  isDelegatedAdmin: null,
  suspended: null,
  archived: null,
  aliases: null,
  nonEditableAliases: null,
  customerId: null,
  orgUnitPath: null,
  creationTime: null,
  lastLoginTime: null,
}

export const groupShape: Shape = {
  kind: null,
  id: null,
  etag: null,
  email: null,
  name: null,
  description: null,
  directMembersCount: null,
  adminCreated: null,
  aliases: null,
  nonEditableAliases: null,
}

export const memberShape: Shape = {
  kind: null,
  id: null,
  etag: null,
  email: null,
  role: null,
  type: null,
  status: null,
  delivery_settings: null,
}

export const listShape = (name: string, item: Shape): Shape => ({
  kind: null,
  etag: null,
  nextPageToken: null,
  [name]: item,
})

export const userJson = (user: GoogleUser, { customerId }: GoogleDirectory): object => ({
  kind: 'admin#directory#user',
  id: user.id,
  primaryEmail: user.primaryEmail,
  name: {
    givenName: user.givenName,
    familyName: user.familyName,
    fullName: `${user.givenName} ${user.familyName}`.trim(),
  },
  isAdmin: user.isAdmin,
  isDelegatedAdmin: false,
  suspended: user.suspended,
  archived: user.archived,
  ...(user.aliases.length > 0 ? { aliases: user.aliases } : {}),
  customerId,
  orgUnitPath: '/',
})

export const groupJson = (group: GoogleGroup, directory: GoogleDirectory): object => ({
  kind: 'admin#directory#group',
  id: group.id,
  email: group.email,
  name: group.name,
  description: '',
  // A string on the wire, as every int64 of Google's.
  directMembersCount: `${group.directMembersCount ?? directory.members(group).size}`,
  adminCreated: true,
  ...(group.aliases.length > 0 ? { aliases: group.aliases } : {}),
})

export const memberJson = (member: GoogleMember, directory: GoogleDirectory): object => {
  const email =
    directory.findUser(member.id)?.primaryEmail ?? directory.findGroup(member.id)?.email ?? member.email
  return {
    kind: 'admin#directory#member',
    id: member.id,
    ...(email === null ? {} : { email }),
    role: 'MEMBER',
    type: member.type,
    status: 'ACTIVE',
  }
}
