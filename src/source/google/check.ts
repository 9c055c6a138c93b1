import { toScimPushError } from '../../errors/wrap.ts'
import type { Finding } from '../../model/finding.ts'
import type { Scope } from '../source.ts'
import type { DirectoryApi } from './api.ts'
import type { ServiceAccount } from './credentials.ts'
import { resolveEntries } from './resolve.ts'
import { scopes } from './scopes.ts'
import { createTokenSource, type TokenOptions } from './token.ts'

interface Options {
  readonly account: ServiceAccount
  readonly api: DirectoryApi
  readonly shared: TokenOptions
  readonly scope: Scope
  readonly signal: AbortSignal
}

/** Key, each scope by itself, the administrator's rights, and every SCIM group. Never throws. */
export const checkGoogle = async ({
  account,
  api,
  shared,
  scope,
  signal,
}: Options): Promise<readonly Finding[]> => {
  const findings: Finding[] = [
    {
      level: 'ok',
      check: 'google-key',
      message: `key of ${account.clientEmail}, client id ${account.clientId || 'not in the file'}`,
      remedy: '',
    },
  ]
  const attempt = async (check: string, work: () => Promise<string>): Promise<boolean> => {
    try {
      findings.push({ level: 'ok', check, message: await work(), remedy: '' })
      return true
    } catch (cause) {
      const { code, message, remedy } = toScimPushError(cause)
      findings.push({ level: 'error', check, message: `${code}: ${message}`, remedy })
      return false
    }
  }
  let granted = true
  for (const one of scopes) {
    const ok = await attempt('google-scope', async () => {
      await createTokenSource(shared, [one]).token(signal)
      return `${one} is granted`
    })
    granted &&= ok
  }
  if (!granted) return findings
  await attempt('google-users', async () => {
    const { items, nextPageToken } = await api.listUsers(null)
    return `users are readable, ${items.length}${nextPageToken === null ? '' : ' or more'}`
  })
  const groups = await attempt('google-groups', async () => {
    const { items, nextPageToken } = await api.listGroups(null)
    const [first] = items
    if (first) await api.listMembers(first.key, null)
    return `groups and their members are readable, ${items.length}${nextPageToken === null ? '' : ' or more'}`
  })
  if (!groups) return findings
  await attempt('google-scim-groups', async () => {
    const resolutions = await resolveEntries(api, scope.scimGroups)
    for (const resolution of resolutions) {
      if (resolution.kind !== 'unresolved') continue
      findings.push({
        level: 'error',
        check: 'google-scim-group',
        message: `${resolution.entry}: ${resolution.detail}`,
        remedy: 'Correct scope.scimGroups; while one is unresolved nothing is removed.',
      })
    }
    if (scope.scimGroups.length === 0) return 'no SCIM group: every user is in scope'
    const names = resolutions.flatMap((resolution) => {
      if (resolution.kind === 'group') return [`${resolution.group.name} <${resolution.group.email}>`]
      return resolution.kind === 'user' ? [resolution.user.label] : []
    })
    return names.length > 0 ? `in scope: ${names.join(', ')}` : 'none of the SCIM groups was found'
  })
  return findings
}
