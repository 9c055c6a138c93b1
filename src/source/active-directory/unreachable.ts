import { ScimPushError } from '../../errors/error.ts'
import type { ConnectionLost } from './connection-lost.ts'
import type { Endpoint } from './endpoint.ts'

/** No domain controller could be used: what each of them said, in the order in which they were tried. */
export const unreachable = (
  failures: readonly { readonly endpoint: Endpoint; readonly lost: ConnectionLost }[],
): ScimPushError => {
  const each = failures.map(({ endpoint, lost }) => `${endpoint.url}: ${lost.message}`).join('; ')
  const details = {
    where: failures.map(({ endpoint }) => endpoint.url).join(' '),
    cause: failures.at(-1)?.lost,
  }
  // Where one is merely down, its coming back is what helps.
  return failures.every(({ lost }) => lost.reason === 'certificate')
    ? new ScimPushError('AD_CERTIFICATE', {
        message: `the certificate was not accepted: ${each}`,
        ...details,
      })
    : new ScimPushError('AD_UNREACHABLE', {
        message: `no domain controller could be used: ${each}`,
        ...details,
      })
}
