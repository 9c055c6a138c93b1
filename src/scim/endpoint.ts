import { ScimPushError } from '../errors/error.ts'
import type { Log } from '../lib/log.ts'
import type { ScimReader } from './client.ts'
import { parseServiceProviderConfig, type ServiceProviderConfig } from './service-provider-config.ts'

/**
 * What the endpoint says of itself; null where it does not. Optional in practice, so only a connection that fails is an error here:
 * a refused token shows when the users are read.
 * @throws ScimPushError SCIM_UNREACHABLE, SCIM_TLS, INTERRUPTED
 */
export const readServiceProviderConfig = async (
  reader: ScimReader,
  log: Log,
): Promise<ServiceProviderConfig | null> => {
  try {
    return parseServiceProviderConfig(
      (await reader.send({ method: 'GET', path: '/ServiceProviderConfig' })).body,
    )
  } catch (error) {
    const optional =
      error instanceof ScimPushError && !['SCIM_UNREACHABLE', 'SCIM_TLS', 'INTERRUPTED'].includes(error.code)
    if (!optional) throw error
    log.debug('no ServiceProviderConfig', { code: error.code })
    return null
  }
}

/** A 404 where Users or Groups should be is about the URL, not about a user: says so. */
export const withoutService = async <T>(baseUrl: URL, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (cause) {
    if (!(cause instanceof ScimPushError) || cause.code !== 'SCIM_NOT_FOUND') throw cause
    throw new ScimPushError('SCIM_WRONG_URL', {
      message: `${baseUrl.host} has no SCIM service at ${baseUrl.pathname}`,
      where: cause.where ?? 'target.url',
      cause,
    })
  }
}
