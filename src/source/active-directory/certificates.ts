import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { getCACertificates, type ConnectionOptions } from 'node:tls'
import { ScimPushError } from '../../errors/error.ts'
import type { Endpoint } from './endpoint.ts'

/**
 * The certificate authorities to trust: Node's own (NODE_EXTRA_CA_CERTS included, which naming a `ca` would otherwise
 * switch off) and those of `caFile`. Null for Node's own alone.
 * @throws ScimPushError `AD_CA_FILE`
 */
export const readAuthorities = (caFile: string): readonly string[] | null => {
  if (caFile === '') return null
  let pem: string
  try {
    pem = readFileSync(caFile, 'utf8')
  } catch (cause) {
    throw new ScimPushError('AD_CA_FILE', { message: `${caFile} can't be read`, where: caFile, cause })
  }
  if (!pem.includes('-----BEGIN CERTIFICATE-----'))
    throw new ScimPushError('AD_CA_FILE', {
      message: `${caFile} holds no certificate in PEM form`,
      where: caFile,
    })
  return [...getCACertificates('default'), pem]
}

/**
 * How to verify a domain controller: always, against the host of its URL. `rejectUnauthorized` is said aloud, since
 * NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment would turn its default off. A server name must not be an IP address (RFC 6066 §3);
 * the address is then verified through `host`.
 */
export const tlsOptions = (endpoint: Endpoint, authorities: readonly string[] | null): ConnectionOptions => ({
  host: endpoint.host,
  rejectUnauthorized: true,
  minVersion: 'TLSv1.2',
  ...(isIP(endpoint.host) ? {} : { servername: endpoint.host }),
  ...(authorities ? { ca: [...authorities] } : {}),
})
