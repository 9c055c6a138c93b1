import { toScimPushError } from '../errors/wrap.ts'
import type { Finding } from '../model/finding.ts'
import type { ScimClient } from './client.ts'
import { parsePage, type ServiceProviderConfig } from './parse.ts'
import type { Profile } from './profiles/profile.ts'

interface Options {
  readonly client: ScimClient
  readonly host: string
  readonly probe: () => Promise<void>
  readonly state: () => { readonly config: ServiceProviderConfig | null; readonly profile: Profile }
}

/** Connection, token, profile, and whether users and groups can be read; nothing is written. Never throws. */
export const checkEndpoint = async ({ client, host, probe, state }: Options): Promise<readonly Finding[]> => {
  const findings: Finding[] = []
  const finding = (level: Finding['level'], check: string, message: string, remedy = ''): void =>
    void findings.push({ level, check, message, remedy })
  const attempt = async (check: string, work: () => Promise<string>): Promise<boolean> => {
    try {
      finding('ok', check, await work())
      return true
    } catch (cause) {
      const { code, message, remedy } = toScimPushError(cause)
      finding('error', check, `${code}: ${message}`, remedy)
      return false
    }
  }
  const reached = await attempt('scim-reachable', async () => {
    await probe()
    return `${host} answers`
  })
  if (!reached) return findings
  const { config, profile } = state()
  finding(
    'ok',
    'scim-profile',
    `profile ${profile.name}, memberships through the ${profile.memberships.side}`,
  )
  const count = async (path: string): Promise<string> => {
    const { body } = await client.send({ method: 'GET', path, query: { startIndex: '1', count: '1' } })
    return `${path} is readable, ${parsePage(body, path).totalResults ?? 'an unknown number of'} resources`
  }
  if (await attempt('scim-users', () => count('/Users'))) await attempt('scim-groups', () => count('/Groups'))
  if (config === null) {
    finding(
      'warning',
      'scim-config',
      'no ServiceProviderConfig',
      'Set target.profile if the endpoint is not plain RFC 7644.',
    )
  } else {
    if (config.patch === false) {
      finding(
        'error',
        'scim-patch',
        'the endpoint says that it does not support PATCH',
        'Updates and memberships will fail.',
      )
    }
    finding(
      'ok',
      'scim-bulk',
      config.bulk ? `Bulk is offered, ${config.bulk.maxOperations} operations` : 'Bulk is not offered',
    )
  }
  return findings
}
