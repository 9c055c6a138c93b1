import type { SearchEntry } from 'ldapts'
import { userKey } from '../../model/ids.ts'
import type { SourceUser } from '../../model/user.ts'
import { inactiveBecause, isFlags } from './account.ts'
import { attributesOf, type Attributes, type Range } from './attributes.ts'
import { parseExtendedDn, type ExtendedDn } from './extended-dn.ts'
import { primaryGroupSid } from './sid.ts'

/** The `sAMAccountType` of people; computers, trusts, groups and contacts have others or none. */
export const PERSON = '805306368'

const UNIVERSAL_GROUP = 0x8

export interface Person {
  readonly kind: 'person'
  readonly guid: string
  readonly user: SourceUser
  /** Of the group that `primaryGroupID` names; null when it can't be read. */
  readonly primaryGroupSid: string | null
  /** False when `userAccountControl` could not be read, so whether the account is disabled is not known. */
  readonly stateKnown: boolean
}

export interface Group {
  readonly kind: 'group'
  readonly guid: string
  readonly dn: string
  readonly displayName: string
  readonly accountName: string | null
  readonly commonName: string | null
  readonly sid: string | null
  readonly universal: boolean
  /** The values that came with the entry: all of them unless `range` says otherwise. */
  readonly members: readonly ExtendedDn[]
  readonly range: Range | null
  /** Changes whenever the entry does, on this domain controller; null when it can't be read. */
  readonly version: string | null
}

/** Someone of another forest or domain, of whom there is only a placeholder here. */
interface Foreign {
  readonly kind: 'foreign'
  readonly guid: string
  readonly dn: string
}

/** A computer, a contact, or whatever else is nobody's account. */
interface Other {
  readonly kind: 'other'
  readonly guid: string
  readonly dn: string
}

/** Something whose attributes the account may not read, so that nobody can say what it is. */
interface Unreadable {
  readonly kind: 'unreadable'
  readonly guid: string | null
  readonly dn: string
}

export type DirectoryEntry = Person | Group | Foreign | Other | Unreadable

export interface ParseOptions {
  /** `mail` for mail, else userPrincipalName; any other name for that attribute alone. */
  readonly email: string
  readonly nowMs: number
}

/** What to ask for, so that `parseEntry` can tell what an entry is, and read it. */
export const entryAttributes = (email: string): readonly string[] => [
  ...new Set([...groupAttributes, ...personAttributes(email)]),
]

/** What a group is read from. `member` comes in ranges where there is more than the server gives at once. */
export const groupAttributes = [
  'objectClass',
  'objectGUID',
  'objectSid',
  'cn',
  'name',
  'sAMAccountName',
  'sAMAccountType',
  'groupType',
  'member',
  'uSNChanged',
] as const

export const personAttributes = (email: string): readonly string[] => [
  'objectClass',
  'objectGUID',
  'objectSid',
  'sAMAccountName',
  'sAMAccountType',
  'primaryGroupID',
  'userAccountControl',
  'accountExpires',
  'displayName',
  'givenName',
  'sn',
  ...emailAttributes(email),
]

export const emailAttributes = (email: string): readonly string[] =>
  email.toLowerCase() === 'mail' ? ['mail', 'userPrincipalName'] : [email]

export const parseEntry = (entry: SearchEntry, options: ParseOptions): DirectoryEntry => {
  const attributes = attributesOf(entry)
  const { dn, guid: named } = attributes.dn
  const guid = named ?? attributes.guid('objectGUID')
  // Under another id a person would be a joiner, and the one that is known a leaver.
  if (guid === null || guid !== (attributes.guid('objectGUID') ?? guid))
    return { kind: 'unreadable', guid, dn }
  const accountType = attributes.text('sAMAccountType')
  if (accountType === PERSON) return parsePerson(guid, attributes, options)
  const classes = attributes.texts('objectClass').map((name) => name.toLowerCase())
  if (classes.length === 0 || (classes.includes('user') && !/^\d+$/.test(accountType ?? '')))
    return { kind: 'unreadable', guid, dn }
  if (classes.includes('group')) return parseGroup(guid, attributes)
  if (classes.includes('foreignsecurityprincipal')) return { kind: 'foreign', guid, dn }
  return { kind: 'other', guid, dn }
}

const parsePerson = (guid: string, attributes: Attributes, options: ParseOptions): Person => {
  const sid = attributes.sid('objectSid')
  const primary = attributes.text('primaryGroupID')
  const control = attributes.text('userAccountControl')
  const [inactive] = inactiveBecause(control, attributes.text('accountExpires'), options.nowMs)
  return {
    kind: 'person',
    guid,
    user: {
      key: userKey(guid),
      userName: emailOf(attributes, options.email),
      label: attributes.text('sAMAccountName') ?? attributes.dn.dn,
      displayName: clean(attributes.text('displayName')),
      givenName: clean(attributes.text('givenName')),
      familyName: clean(attributes.text('sn')),
      active: inactive === undefined,
      ...(inactive !== undefined && { inactiveBecause: inactive.replace(/ .*/, '') }),
    },
    primaryGroupSid: sid === null || primary === null ? null : primaryGroupSid(sid, primary),
    stateKnown: control !== null && isFlags(control),
  }
}

const clean = (text: string | null): string => text?.trim() ?? ''

/** The first of the attributes that says anything; null when that is no address. An odd `mail` is not passed over: whose address would it be? */
const emailOf = (attributes: Attributes, email: string): string | null => {
  for (const name of emailAttributes(email)) {
    const value = clean(attributes.text(name))
    if (value !== '') return /^[^\s@]+@[^\s@]+$/u.test(value) ? value : null
  }
  return null
}

const parseGroup = (guid: string, attributes: Attributes): Group => {
  const { dn } = attributes.dn
  const commonName = attributes.text('cn') ?? attributes.text('name')
  const accountName = attributes.text('sAMAccountName')
  return {
    kind: 'group',
    guid,
    dn,
    displayName: clean(commonName) || clean(accountName) || dn,
    accountName,
    commonName,
    sid: attributes.sid('objectSid'),
    universal: (Number(attributes.text('groupType') ?? 0) & UNIVERSAL_GROUP) !== 0,
    members: attributes.texts('member').map(parseExtendedDn),
    range: attributes.range('member'),
    version: attributes.text('uSNChanged'),
  }
}
