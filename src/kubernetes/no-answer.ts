import { isObject } from '../lib/json.ts'

/** Why no answer of the API server came, in our own words: those of the errors may quote headers, bodies and files. */
interface NoAnswer {
  readonly message: string
  /** Where there is a better one than to look at server and network. */
  readonly remedy?: string
}

/** What the error of a call that brought no answer, or none that can be read, says. */
export const noAnswer = (cause: unknown): NoAnswer => {
  const code = codeOf(cause)
  const said = code === '' ? '' : ` (${code})`
  const silent = (why: string): NoAnswer => ({ message: `the API server did not answer: ${why}${said}` })
  const distrusted = (why: string): NoAnswer => ({
    message: `the API server’s certificate was not accepted: ${why}${said}`,
    remedy:
      'Let the kubeconfig’s certificate-authority hold the authority that issued the certificate, and its server a name that the certificate has.',
  })
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        ...silent('its host name can’t be resolved'),
        remedy: 'Correct the server in the kubeconfig, or see to DNS.',
      }
    case 'ECONNREFUSED':
      return silent('it refused the connection')
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return silent('no way leads to its address')
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return silent('no connection was made in time')
    case 'TimeoutError':
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
      return silent('no answer came in time')
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
      return silent('the connection was closed without a whole answer')
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return distrusted('no authority that is trusted here issued it')
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return distrusted('it is for another host name')
    case 'CERT_HAS_EXPIRED':
      return distrusted('it has expired')
    case 'CERT_NOT_YET_VALID':
      return distrusted('it is not valid yet')
    case 'ENOENT':
    case 'EACCES':
      return { message: `a file or a program that the kubeconfig names can’t be used${said}` }
    default:
      if (isNoJson(cause)) return { message: 'what answered in the API server’s place sent no JSON' }
      if (startsWith(cause, 'HTTP protocol is not allowed'))
        return {
          message: 'the kubeconfig’s server is an http:// address, which the client refuses',
          remedy: 'Use https://, or set insecure-skip-tls-verify for that cluster, as for `kubectl proxy`.',
        }
      // What speaks no TLS at all, and a client certificate that the server does not take.
      if (/^(EPROTO|ERR_SSL_|ERR_TLS_)/.test(code)) return silent('no TLS connection could be made')
      return /CERT|SIGN/.test(code)
        ? distrusted('it could not be verified')
        : { message: `the API server did not answer${said}` }
  }
}

/** What the client throws about an answer that it can't parse: it has no code, and the message quotes the answer. */
const isNoJson = (cause: unknown): boolean =>
  cause instanceof SyntaxError ||
  startsWith(cause, 'The mediaType ') ||
  startsWith(cause, 'Cannot parse content')

const startsWith = (cause: unknown, words: string): boolean =>
  cause instanceof Error && cause.message.startsWith(words)

/** The first code in the chain of causes; fetch itself only says that it failed. Empty where there is none. */
const codeOf = (cause: unknown, depth = 0): string => {
  if (!isObject(cause) || depth > 8) return ''
  const { code, name, errors } = cause
  // Nothing but a name of this form is passed on.
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code)) return code
  if (name === 'TimeoutError') return name
  // Tried at several addresses: one stands for all.
  const [first] = Array.isArray(errors) ? (errors as readonly unknown[]) : []
  return codeOf(cause['cause'] ?? first, depth + 1)
}
