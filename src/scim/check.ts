import { toScimPushError } from '../errors/wrap.ts'
import { doubt, failed, fine, type Finding } from '../model/finding.ts'
import { isLoopback } from './base-url.ts'
import { checkAbilities } from './check-abilities.ts'
import { checkPaging } from './check-paging.ts'
import type { ScimReader } from './client.ts'
import { withoutService } from './endpoint.ts'
import { pageSizeFor } from './page-size.ts'
import { parsePage, type WirePage } from './parse.ts'
import type { Profile } from './profiles/profile.ts'
import type { ServiceProviderConfig } from './service-provider-config.ts'

interface Options {
  readonly reader: ScimReader
  readonly baseUrl: URL
  readonly probe: () => Promise<{ readonly config: ServiceProviderConfig | null; readonly profile: Profile }>
  readonly bulk: 'auto' | 'off'
  /** The profile that would be chosen with `auto`. */
  readonly detected: (config: ServiceProviderConfig | null) => Profile
}

/** Connection, TLS, token, profile, whether users and groups can be read, and paging; nothing is written. Never throws. */
export const checkEndpoint = async ({
  reader,
  baseUrl,
  probe,
  bulk,
  detected,
}: Options): Promise<readonly Finding[]> => {
  const findings: Finding[] = []
  const attempt = async <T>(
    check: 'scim-reachable' | 'scim-users' | 'scim-groups',
    work: () => Promise<T>,
    say: (result: T) => string,
  ): Promise<T | null> => {
    try {
      const result = await work()
      findings.push(fine(check, say(result)))
      return result
    } catch (cause) {
      findings.push(failed(check, toScimPushError(cause)))
      return null
    }
  }

  const endpoint = await attempt('scim-reachable', probe, () => `${baseUrl.host} answers`)
  if (endpoint === null) return findings
  const { config, profile } = endpoint
  findings.push(checkTransport(baseUrl), ...checkProfile(profile, detected(config)))

  const list =
    (path: string) =>
    async (query: Readonly<Record<string, string>>): Promise<WirePage> => {
      const { body } = await withoutService(baseUrl, () => reader.send({ method: 'GET', path, query }))
      return parsePage(body, path)
    }
  const one = { startIndex: '1', count: '1' }
  const users = await attempt(
    'scim-users',
    () => list('/Users')(one),
    (page) => `the token is accepted, users can be read: ${numberOf(page)}`,
  )
  if (users !== null) {
    await attempt(
      'scim-groups',
      () => list('/Groups')(one),
      (page) => `groups can be read: ${numberOf(page)}`,
    )
    findings.push(
      await checkPaging({
        get: list('/Users'),
        total: users.totalResults,
        pageSize: pageSizeFor(profile.pageSize, config?.maxResults ?? null).count,
        cursorsOnly: config?.cursorsOnly ?? false,
      }),
    )
  }
  findings.push(...checkAbilities(config, profile, bulk))
  return findings
}

const numberOf = ({ totalResults }: WirePage): string => `${totalResults ?? 'an unknown number'}`

const checkTransport = (baseUrl: URL): Finding => {
  if (baseUrl.protocol === 'https:') return fine('scim-tls', 'the certificate was verified')
  if (isLoopback(baseUrl)) return fine('scim-tls', 'no TLS, on loopback')
  return doubt('scim-tls', 'no TLS: the token travels in the clear')
}

const checkProfile = (profile: Profile, detected: Profile): readonly Finding[] => {
  const words = `profile ${profile.name}, memberships through the ${profile.memberships.side}`
  return [
    // A Keeper endpoint behind a proxy need not look like one.
    detected.name === 'keeper' && profile.name !== 'keeper'
      ? doubt('scim-profile', `${words}, though this looks like Keeper’s endpoint`)
      : fine('scim-profile', words),
    ...profile.assumes.map((assumption) => fine('scim-assumes', assumption)),
  ]
}
