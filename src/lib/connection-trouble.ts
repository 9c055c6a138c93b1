import { isObject } from './json.ts'

/** Why there was no answer, as logs and metrics call it. */
type ConnectionReason = 'tls' | 'dns' | 'refused' | 'timeout' | 'reset'

interface Trouble {
  readonly reason: ConnectionReason
  readonly message: string
  /** The request may have arrived. */
  readonly sent: boolean
}

/** What Node's or undici's error says about a connection that brought no whole answer. */
export const connectionTrouble = (cause: unknown): Trouble => {
  const code = codeOf(cause)
  const trouble = (reason: ConnectionReason, message: string, sent: boolean): Trouble => ({
    reason,
    message: `${message} (${code})`,
    sent,
  })
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return trouble('dns', 'the host name can’t be resolved', false)
    case 'ECONNREFUSED':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return trouble('refused', 'no connection can be made', false)
    case 'UND_ERR_CONNECT_TIMEOUT':
      return trouble('timeout', 'no connection was made in time', false)
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
    case 'ETIMEDOUT':
    case 'TimeoutError':
      return trouble('timeout', 'no answer came in time', true)
    // What speaks no TLS at all, such as an http port behind an https URL, ends in EPROTO.
    case 'EPROTO':
      return trouble('tls', 'no TLS connection could be made', false)
    default:
      return /CERT|TLS|SSL|SELF_SIGNED|^UNABLE_TO_|^INVALID_(CA|PURPOSE)$|^PATH_LENGTH_EXCEEDED$|HOSTNAME_MISMATCH/.test(
        code,
      )
        ? trouble('tls', 'the certificate was not accepted', false)
        : trouble('reset', 'the connection was closed without a whole answer', true)
  }
}

const codeOf = (cause: unknown): string => {
  if (!isObject(cause)) return 'unknown'
  const { code, name } = cause
  if (typeof code === 'string' && code !== '') return code
  if (isObject(cause['cause']) && cause['cause'] !== cause) return codeOf(cause['cause'])
  return typeof name === 'string' ? name : 'unknown'
}
