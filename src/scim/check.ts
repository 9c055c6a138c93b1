import { toScimPushError } from '../errors/wrap.ts'
import type { Finding } from '../model/finding.ts'
import { isLoopback } from './base-url.ts'
import type { ScimReader } from './client.ts'
import { withoutService } from './endpoint.ts'
import { parsePage } from './parse.ts'
import type { Profile } from './profiles/profile.ts'
import type { ServiceProviderConfig } from './service-provider-config.ts'

interface Options {
  readonly reader: ScimReader
  readonly baseUrl: URL
  readonly probe: () => Promise<{ readonly config: ServiceProviderConfig | null; readonly profile: Profile }>
}

/** Connection, TLS, token, profile, and whether users and groups can be read; nothing is written. Never throws. */
export const checkEndpoint = async ({ reader, baseUrl, probe }: Options): Promise<readonly Finding[]> => {
  const findings: Finding[] = []
  const add = (level: Finding['level'], check: string, message: string, remedy = ''): void =>
    void findings.push({ level, check, message, remedy })
  const attempt = async <T>(
    check: string,
    work: () => Promise<T>,
    say: (result: T) => string,
  ): Promise<T | null> => {
    try {
      const result = await work()
      add('ok', check, say(result))
      return result
    } catch (cause) {
      const { code, message, remedy } = toScimPushError(cause)
      add('error', check, `${code}: ${message}`, remedy)
      return null
    }
  }

  const endpoint = await attempt('scim-reachable', probe, () => `${baseUrl.host} answers`)
  if (endpoint === null) return findings
  const { config, profile } = endpoint
  if (baseUrl.protocol === 'https:') add('ok', 'scim-tls', 'the certificate was verified')
  else if (isLoopback(baseUrl)) add('ok', 'scim-tls', 'no TLS, on loopback')
  else add('warning', 'scim-tls', 'no TLS: the token travels in the clear', 'Use https:// in target.url.')
  add('ok', 'scim-profile', `profile ${profile.name}, memberships through the ${profile.memberships.side}`)

  const total = async (path: string): Promise<string> => {
    const { body } = await withoutService(baseUrl, () =>
      reader.send({ method: 'GET', path, query: { startIndex: '1', count: '1' } }),
    )
    return `${parsePage(body, path).totalResults ?? 'an unknown number'}`
  }
  const users = await attempt(
    'scim-users',
    () => total('/Users'),
    (number) => `the token is accepted, users can be read: ${number}`,
  )
  if (users !== null) {
    await attempt(
      'scim-groups',
      () => total('/Groups'),
      (number) => `groups can be read: ${number}`,
    )
  }
  findings.push(...abilities(config, profile))
  return findings
}

/** What ServiceProviderConfig says that matters here. */
const abilities = (config: ServiceProviderConfig | null, profile: Profile): readonly Finding[] => {
  const finding = (level: Finding['level'], check: string, message: string, remedy = ''): Finding => ({
    level,
    check,
    message,
    remedy,
  })
  if (config === null) {
    const remedy = 'Set target.profile if the endpoint is not plain RFC 7644.'
    return profile.name === 'keeper'
      ? [finding('ok', 'scim-config', 'no ServiceProviderConfig, and the keeper profile needs none')]
      : [finding('warning', 'scim-config', 'no ServiceProviderConfig', remedy)]
  }
  return [
    config.patch === false
      ? finding(
          'error',
          'scim-patch',
          'PATCH is not offered',
          'Updates and memberships need it and will fail.',
        )
      : finding(
          'ok',
          'scim-patch',
          config.patch === null ? 'nothing is said about PATCH' : 'PATCH is offered',
        ),
    finding(
      'ok',
      'scim-filter',
      config.filter === false
        ? 'filters are not offered: whole lists are read instead'
        : 'filters are offered',
    ),
    finding(
      'ok',
      'scim-bulk',
      config.bulk ? `Bulk is offered, ${config.bulk.maxOperations} operations` : 'Bulk is not offered',
    ),
  ]
}
