import { toScimPushError } from '../../errors/wrap.ts'
import type { ScimPushError } from '../../errors/error.ts'
import { checks } from '../../model/checks.ts'
import { failed, fault, fine, type Finding } from '../../model/finding.ts'
import type { Scope } from '../source.ts'
import type { DirectoryApi } from './api.ts'
import type { ServiceAccount } from './credentials.ts'
import type { WirePage } from './parse.ts'
import { resolveEntries, type Resolution } from './resolve.ts'
import { scopes } from './scopes.ts'
import { createTokenSource, type TokenOptions } from './token.ts'

interface Options {
  readonly account: ServiceAccount
  readonly api: DirectoryApi
  readonly customer: string
  readonly shared: TokenOptions
  readonly scope: Scope
  readonly signal: AbortSignal
}

/** Key, each scope and each right of the administrator by itself, and every SCIM group. Never throws. */
export const checkGoogle = async ({
  account,
  api,
  customer,
  shared,
  scope,
  signal,
}: Options): Promise<readonly Finding[]> => {
  const findings: Finding[] = [
    fine('google-key', `key of ${account.clientEmail}, client id ${account.clientId || 'not in the file'}`),
  ]
  const attempt = async <T>(
    work: () => Promise<T>,
    say: (result: T) => Finding | readonly Finding[],
    refused: (error: ScimPushError) => Finding,
  ): Promise<T | null> => {
    try {
      const result = await work()
      findings.push(...[say(result)].flat())
      return result
    } catch (cause) {
      findings.push(refused(toScimPushError(cause)))
      return null
    }
  }

  let granted = true
  for (const one of scopes) {
    const token = await attempt(
      () => createTokenSource(shared, [one]).token(signal),
      () => fine('google-scope', `${one} is granted`),
      (error) => failed('google-scope', error),
    )
    granted &&= token !== null
  }
  if (!granted) return findings

  await attempt(
    () => api.listUsers(null),
    (page) => [
      fine('google-customer', `${customer} is a customer of the administrator`),
      fine('google-users', `users are readable, ${numberOf(page)}`),
    ],
    (error) =>
      isCustomer(error) ? fault('google-customer', wordsOf(error)) : lacking('google-users', error),
  )
  // The groups are listed under the same customer.
  if (findings.at(-1)?.check === 'google-customer') return findings
  const groups = await attempt(
    () => api.listGroups(null),
    (page) => fine('google-groups', `groups are readable, ${numberOf(page)}`),
    (error) => lacking('google-groups', error),
  )
  if (groups === null) return findings
  const [any] = groups.items.toSorted((a, b) => (b.directMembers ?? 0) - (a.directMembers ?? 0))
  if (any)
    await attempt(
      () => api.listMembers(any.key, null),
      () => fine('google-members', `members are readable, those of ${any.email || any.name}`),
      (error) => lacking('google-members', error),
    )
  await attempt(
    () => resolveEntries(api, scope.scimGroups),
    (resolutions) => foundGroups(resolutions),
    (error) => failed('google-scim-groups', error),
  )
  return findings
}

const numberOf = ({ items, nextPageToken }: WirePage<unknown>): string =>
  `${items.length}${nextPageToken === null ? '' : ' or more'}`

const wordsOf = ({ code, message }: ScimPushError): string => `${code}: ${message}`

/** The only thing that is looked up under the customer is a list. */
const isCustomer = ({ code }: ScimPushError): boolean =>
  code === 'GOOGLE_CUSTOMER' || code === 'GOOGLE_NOT_FOUND'

/** A right that is missing is named, with the place where it is given. */
const lacking = (
  check: 'google-users' | 'google-groups' | 'google-members',
  error: ScimPushError,
): Finding => (error.code === 'GOOGLE_FORBIDDEN' ? fault(check, wordsOf(error)) : failed(check, error))

const foundGroups = (resolutions: readonly Resolution[]): readonly Finding[] => {
  const names = resolutions.flatMap((resolution) => {
    if (resolution.kind === 'group') return [`${resolution.group.name} <${resolution.group.email}>`]
    return resolution.kind === 'user' ? [resolution.user.label] : []
  })
  return [
    ...resolutions.flatMap((resolution) =>
      resolution.kind === 'unresolved'
        ? [fault('google-scim-group', `${resolution.entry}: ${resolution.detail}`)]
        : [],
    ),
    ...(resolutions.length === 0
      ? [fine('google-scim-groups', 'no SCIM group: every user is in scope')]
      : names.length === 0
        ? [
            fault(
              'google-scim-groups',
              'none of the SCIM groups was found',
              checks['google-scim-group'].remedy,
            ),
          ]
        : [fine('google-scim-groups', `in scope: ${names.join(', ')}`)]),
  ]
}
