import { toScimPushError } from '../../errors/wrap.ts'
import { doubt, failed, fine, type Finding } from '../../model/finding.ts'
import { ConnectionLost } from './connection-lost.ts'
import type { Endpoint } from './endpoint.ts'
import { secured, type OpenOptions } from './open.ts'
import type { Certificate, TlsFacts } from './tls-facts.ts'
import { unreachable } from './unreachable.ts'

/** A certificate that ends within so many days is worth a word. */
const EXPIRY_WARNING_DAYS = 30
const DAY_MS = 86_400_000

/** Whether one domain controller answers, and how the connection is secured. No password is sent. Never throws. */
export const checkEndpoint = async (
  endpoint: Endpoint,
  options: OpenOptions,
): Promise<readonly Finding[]> => {
  try {
    const connection = await secured(endpoint, options, 1)
    const tls = connection.tls()
    connection.close()
    const answers = fine('ad-url', `${endpoint.url} answers`)
    if (tls) return [answers, ...checkCertificates(endpoint, tls, options.clock.now())]
    return [
      answers,
      doubt(
        'ad-tls',
        `the connection to ${endpoint.url} is not encrypted: the password goes out in the clear`,
        'Use ldaps://, or set spec.source.activeDirectory.startTls to true.',
      ),
    ]
  } catch (error) {
    const cause =
      error instanceof ConnectionLost ? unreachable([{ endpoint, lost: error }]) : toScimPushError(error)
    return [failed(cause.code === 'AD_CERTIFICATE' ? 'ad-tls' : 'ad-url', cause)]
  }
}

const checkCertificates = (
  { url, host }: Endpoint,
  { protocol, certificate, issuers }: TlsFacts,
  nowMs: number,
): readonly Finding[] => {
  const left = ({ validTo }: Certificate): number => Math.floor((Date.parse(validTo) - nowMs) / DAY_MS)
  const ends = (one: Certificate): string => `ends in ${left(one)} days (${one.validTo})`
  const level = (some: readonly Certificate[]): typeof fine =>
    some.some((one) => left(one) < EXPIRY_WARNING_DAYS) ? doubt : fine
  const own = `${url} has a certificate for ${certificate.subject || host} that ${ends(certificate)}, verified for ${host}, ${protocol}`
  return [
    level([certificate])('ad-tls', own),
    ...(issuers.length > 0
      ? [
          level(issuers)(
            'ad-tls-chain',
            issuers
              .map((one) => `issued by ${one.subject || 'an authority without a name'}, which ${ends(one)}`)
              .join('; '),
          ),
        ]
      : []),
  ]
}
