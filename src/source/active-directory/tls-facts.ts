import { X509Certificate } from 'node:crypto'
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'

export interface Certificate {
  readonly subject: string
  readonly issuer: string
  /** As the certificate has it: `Nov 25 21:23:00 2027 GMT`. */
  readonly validTo: string
}

/** What is known of an encrypted connection. */
export interface TlsFacts {
  /** `TLSv1.3` */
  readonly protocol: string
  readonly certificate: Certificate
  /** From the one that issued the certificate up to the root, as far as the server or the store of authorities has them. */
  readonly issuers: readonly Certificate[]
}

/** Null where the server showed no certificate, which no verified connection comes to. */
export const tlsFacts = (socket: TLSSocket): TlsFacts | null => {
  const chain: Certificate[] = []
  const seen = new Set<string>()
  // A root is its own issuer.
  for (let one = issuerOf(socket.getPeerCertificate(true)); one && !seen.has(one.fingerprint256);) {
    seen.add(one.fingerprint256)
    const { subject, issuer, validTo } = new X509Certificate(one.raw)
    chain.push({ subject: oneLine(subject), issuer: oneLine(issuer), validTo })
    one = issuerOf(one.issuerCertificate)
  }
  const [certificate, ...issuers] = chain
  return certificate ? { protocol: socket.getProtocol() ?? 'unknown', certificate, issuers } : null
}

/** Node's types have it that there always is one; without one it is an empty object, or nothing. */
const issuerOf = (certificate: DetailedPeerCertificate | undefined): DetailedPeerCertificate | null =>
  certificate && Buffer.isBuffer(certificate.raw) ? certificate : null

const oneLine = (name: string): string => name.replaceAll('\n', ', ')
