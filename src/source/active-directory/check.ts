import type { ScimPushError } from '../../errors/error.ts'
import { toScimPushError } from '../../errors/wrap.ts'
import type { CheckName } from '../../model/checks.ts'
import { doubt, failed, fault, fine, type Finding } from '../../model/finding.ts'
import type { Scope } from '../source.ts'
import { checkLimits } from './check-limits.ts'
import { checkEndpoint } from './check-tls.ts'
import type { Directory } from './directory.ts'
import { equals } from './filters.ts'
import { PERSON, personAttributes } from './parse.ts'
import { resolveScimGroups, type ScimGroups } from './scim-groups.ts'
import type { Session, SessionOptions } from './session.ts'

export interface CheckOptions extends SessionOptions {
  readonly session: Session
  readonly scope: Scope
  readonly directory: () => Promise<Directory>
}

/** What `scim-push check` says of Active Directory. Every URL is connected to; the password is sent to the first that answers. Never throws. */
export const checkDirectory = async (options: CheckOptions): Promise<readonly Finding[]> => {
  const findings: Finding[] = []
  for (const endpoint of options.endpoints) findings.push(...(await checkEndpoint(endpoint, options)))
  if (!findings.some(({ check, level }) => check === 'ad-url' && level === 'ok')) return findings
  try {
    const directory = await options.directory()
    const url = options.session.endpoint()?.url ?? ''
    findings.push(
      fine('ad-bind', `${url} accepted ${options.user}`),
      fine('ad-base', `people and groups are looked for under ${directory.base}`),
    )
    if (directory.catalogUsed())
      findings.push(
        doubt(
          'ad-global-catalog',
          `${url} is the global catalog: it does not say which accounts have expired, nor who is in groups that are not universal`,
        ),
      )
    findings.push(...(await checkPeople(directory)))
    const named = await checkScimGroups(directory, options.scope, findings)
    findings.push(...(await checkLimits(directory, named.groups)))
  } catch (error) {
    const cause = toScimPushError(error)
    findings.push(failed(cause.failure === 'credentials' ? 'ad-bind' : checkOf(cause), cause))
  }
  return findings
}

const checkOf = ({ code }: ScimPushError): CheckName =>
  code === 'AD_BASE_DN' ? 'ad-base' : code === 'AD_ENCRYPTION_REQUIRED' ? 'ad-bind' : 'ad-read'

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
      fault(
        'ad-people',
        `no people can be read under ${directory.base}${incomplete ? `: ${incomplete.detail}` : ''}`,
        'Check spec.source.activeDirectory.baseDn, and that the account may read users there.',
      ),
    ]
  if (people.some(({ stateKnown }) => !stateKnown))
    return [
      doubt(
        'ad-people',
        'people can be read, but not their userAccountControl: disabled accounts will count as active',
        'Give the account the right to read all properties of users, or at least "Read account restrictions".',
      ),
    ]
  return [fine('ad-people', `people can be read under ${directory.base}`)]
}

const checkScimGroups = async (
  directory: Directory,
  { scimGroups }: Scope,
  findings: Finding[],
): Promise<ScimGroups> => {
  if (scimGroups.length === 0) {
    findings.push(fine('ad-scim-group', 'no SCIM group is configured: everyone is in scope'))
    return { groups: [], users: [], gaps: [] }
  }
  const named = await resolveScimGroups(directory, scimGroups).catch((error: unknown) => {
    const cause = toScimPushError(error)
    findings.push(failed('ad-scim-group', cause))
    return { groups: [], users: [], gaps: [] }
  })
  for (const { dn } of named.groups) findings.push(fine('ad-scim-group', `found the group ${dn}`))
  for (const { user } of named.users) findings.push(fine('ad-scim-group', `found the person ${user.label}`))
  for (const { subject, detail } of named.gaps) findings.push(fault('ad-scim-group', `${subject}: ${detail}`))
  return named
}
