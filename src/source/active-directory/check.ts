import type { ScimPushError } from '../../errors/error.ts'
import { toScimPushError } from '../../errors/wrap.ts'
import type { Finding } from '../../model/finding.ts'
import type { Scope } from '../source.ts'
import { ConnectionLost } from './connection-lost.ts'
import type { Directory } from './directory.ts'
import type { Endpoint } from './endpoint.ts'
import { all, any, equals, not, present } from './filters.ts'
import { secured } from './open.ts'
import { PERSON, personAttributes } from './parse.ts'
import { resolveScimGroups, type ScimGroups } from './scim-groups.ts'
import type { Session, SessionOptions } from './session.ts'
import { unreachable } from './unreachable.ts'

export interface CheckOptions extends SessionOptions {
  readonly session: Session
  readonly scope: Scope
  readonly directory: () => Promise<Directory>
}

/** A certificate that ends within so many days is worth a word. */
const EXPIRY_WARNING_DAYS = 30
const DAY_MS = 86_400_000

const ok = (check: string, message: string): Finding => ({ level: 'ok', check, message, remedy: '' })
const warning = (check: string, message: string, remedy: string): Finding => ({
  level: 'warning',
  check,
  message,
  remedy,
})
const failed = (check: string, error: ScimPushError): Finding => ({
  level: 'error',
  check,
  message: error.message,
  remedy: error.remedy,
})

/** What `scim-push check` says of Active Directory. Every URL is connected to; the password is sent to the first that answers. Never throws. */
export const checkDirectory = async (options: CheckOptions): Promise<readonly Finding[]> => {
  const findings: Finding[] = []
  for (const endpoint of options.endpoints) findings.push(...(await checkEndpoint(endpoint, options)))
  if (!findings.some(({ check, level }) => check === 'ad-url' && level === 'ok')) return findings
  try {
    const directory = await options.directory()
    const url = options.session.endpoint()?.url ?? ''
    findings.push(
      ok('ad-bind', `${url} accepted ${options.user}`),
      ok('ad-base', `people and groups are looked for under ${directory.base}`),
    )
    if (directory.catalogUsed())
      findings.push(
        warning(
          'ad-global-catalog',
          `${url} is the global catalog: it does not say which accounts have expired, nor who is in groups that are not universal`,
          'Use the ports of the directory itself: 636, or 389 with StartTLS.',
        ),
      )
    findings.push(...(await checkPeople(directory)))
    const named = await checkScimGroups(directory, options.scope, findings)
    if (options.scope.scimGroups.length === 0 || named.groups.length > 0)
      findings.push(...(await checkEmails(directory, named)))
  } catch (error) {
    const cause = toScimPushError(error)
    findings.push(failed(cause.failure === 'credentials' ? 'ad-bind' : checkOf(cause), cause))
  }
  return findings
}

const checkOf = ({ code }: ScimPushError): string =>
  code === 'AD_BASE_DN' ? 'ad-base' : code === 'AD_ENCRYPTION_REQUIRED' ? 'ad-bind' : 'ad-read'

const checkEndpoint = async (endpoint: Endpoint, options: CheckOptions): Promise<readonly Finding[]> => {
  try {
    const connection = await secured(endpoint, options, 1)
    const certificate = connection.certificate()
    connection.close()
    if (!certificate)
      return [
        ok('ad-url', `${endpoint.url} answers`),
        warning(
          'ad-tls',
          `the connection to ${endpoint.url} is not encrypted: the password goes out in the clear`,
          'Use ldaps://, or set spec.source.activeDirectory.startTls to true.',
        ),
      ]
    const days = Math.floor((Date.parse(certificate.validTo) - options.clock.now()) / DAY_MS)
    const message = `${endpoint.url} has a certificate for ${certificate.subject || endpoint.host} that ends in ${days} days (${certificate.validTo})`
    return [
      ok('ad-url', `${endpoint.url} answers`),
      days < EXPIRY_WARNING_DAYS
        ? warning('ad-tls', message, 'Have the certificate renewed.')
        : ok('ad-tls', message),
    ]
  } catch (error) {
    const cause =
      error instanceof ConnectionLost ? unreachable([{ endpoint, lost: error }]) : toScimPushError(error)
    return [failed(cause.code === 'AD_CERTIFICATE' ? 'ad-tls' : 'ad-url', cause)]
  }
}

const checkPeople = async (directory: Directory): Promise<readonly Finding[]> => {
  const { entries, incomplete } = await directory.search({
    base: directory.base,
    scope: 'sub',
    filter: equals('sAMAccountType', PERSON),
    attributes: personAttributes(directory.email),
    pageSize: 100,
    sample: true,
  })
  const people = entries.filter((entry) => entry.kind === 'person')
  if (people.length === 0)
    return [
      {
        level: 'error',
        check: 'ad-people',
        message: `no people can be read under ${directory.base}${incomplete ? `: ${incomplete.detail}` : ''}`,
        remedy: 'Check spec.source.activeDirectory.baseDn, and that the account may read users there.',
      },
    ]
  if (people.some(({ stateKnown }) => !stateKnown))
    return [
      warning(
        'ad-people',
        'people can be read, but not their userAccountControl: disabled accounts will count as active',
        'Give the account the right to read all properties of users, or at least "Read account restrictions".',
      ),
    ]
  return [ok('ad-people', `people can be read under ${directory.base}`)]
}

const checkScimGroups = async (
  directory: Directory,
  { scimGroups }: Scope,
  findings: Finding[],
): Promise<ScimGroups> => {
  if (scimGroups.length === 0) {
    findings.push(ok('ad-scim-group', 'no SCIM group is configured: everyone is in scope'))
    return { groups: [], users: [], gaps: [] }
  }
  const named = await resolveScimGroups(directory, scimGroups).catch((error: unknown) => {
    const cause = toScimPushError(error)
    findings.push(failed('ad-scim-group', cause))
    return { groups: [], users: [], gaps: [] }
  })
  for (const { dn } of named.groups) findings.push(ok('ad-scim-group', `found the group ${dn}`))
  for (const { user } of named.users) findings.push(ok('ad-scim-group', `found the person ${user.label}`))
  for (const { subject, detail } of named.gaps)
    findings.push({
      level: 'error',
      check: 'ad-scim-group',
      message: `${subject}: ${detail}`,
      remedy: 'Correct spec.scope.scimGroups; while one is not found nothing is removed.',
    })
  return named
}

/** Direct members alone: enough to see what is wrong, and one request. */
const checkEmails = async (directory: Directory, { groups }: ScimGroups): Promise<readonly Finding[]> => {
  const names = directory.email.toLowerCase() === 'mail' ? ['mail', 'userPrincipalName'] : [directory.email]
  const scope = groups.length === 0 ? [] : [any(groups.map(({ dn }) => equals('memberOf', dn)))]
  const { entries } = await directory.search({
    base: groups.length === 0 ? directory.base : directory.domain,
    scope: 'sub',
    filter: all(equals('sAMAccountType', PERSON), ...scope, ...names.map((name) => not(present(name)))),
    attributes: personAttributes(directory.email),
    sample: true,
  })
  const labels = entries.flatMap((entry) => (entry.kind === 'person' ? [entry.user.label] : []))
  if (labels.length === 0) return []
  return [
    warning(
      'ad-email',
      `${labels.length} people in scope have neither of ${names.join(', ')}: ${labels.slice(0, 5).join(', ')}${labels.length > 5 ? ' and others' : ''}`,
      'Without an email a person is not provisioned. Fill the attribute in, or name another one in spec.source.activeDirectory.email.',
    ),
  ]
}
