import { ApiException } from '@kubernetes/client-node'
import { describe, expect, test } from 'vitest'
import { failureOf } from './failure.ts'

const MARKER = 'Bearer-abc'
const where = 'default/configmap/corp'

/** As fetch fails: that it did, and below it why. */
const fetchFailed = (code: string, message = MARKER): Error =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) })

describe('no answer: the reason is said, and the code stays the same', () => {
  test.each([
    ['nobody listens', 'ECONNREFUSED', 'it refused the connection'],
    ['no such host', 'ENOTFOUND', 'its host name can’t be resolved'],
    ['no DNS', 'EAI_AGAIN', 'its host name can’t be resolved'],
    ['no route', 'EHOSTUNREACH', 'no way leads to its address'],
    ['packets are dropped', 'UND_ERR_CONNECT_TIMEOUT', 'no connection was made in time'],
    ['closed in the middle', 'UND_ERR_SOCKET', 'closed without a whole answer'],
    [
      'an unknown authority',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'certificate was not accepted: no authority that is trusted here issued it',
    ],
    [
      'self-signed',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'certificate was not accepted: no authority that is trusted here issued it',
    ],
    [
      'another host’s certificate',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'certificate was not accepted: it is for another host name',
    ],
    ['expired', 'CERT_HAS_EXPIRED', 'certificate was not accepted: it has expired'],
    ['revoked', 'CERT_REVOKED', 'certificate was not accepted: it could not be verified'],
    ['no TLS at all', 'ERR_SSL_WRONG_VERSION_NUMBER', 'no TLS connection could be made'],
    ['a client certificate is wanted', 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'no TLS connection'],
    ['no credential plugin', 'ENOENT', 'that the kubeconfig names can’t be used'],
    ['something else', 'EMFILE', 'the API server did not answer (EMFILE)'],
  ])('%s', (_, code, words) => {
    const error = failureOf(fetchFailed(code), where)
    expect(error).toMatchObject({ code: 'KUBERNETES_UNAVAILABLE', failure: 'unreachable', where })
    expect(error.message).toContain(words)
    expect(error.message).toContain(`(${code})`)
    expect(error.message + error.remedy).not.toContain(MARKER)
  })

  test('what can be done about a certificate or a name is said', () => {
    expect(failureOf(fetchFailed('DEPTH_ZERO_SELF_SIGNED_CERT'), where).remedy).toContain(
      'certificate-authority',
    )
    expect(failureOf(fetchFailed('ENOTFOUND'), where).remedy).toContain('server in the kubeconfig')
    expect(failureOf(fetchFailed('ECONNREFUSED'), where).remedy).toContain('network policy')
  })

  test('our own time limit', async () => {
    const signal = AbortSignal.timeout(1)
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    expect(failureOf(signal.reason, where).message).toContain('no answer came in time (TimeoutError)')
  })

  test('several addresses were tried', () => {
    const refused = Object.assign(new Error(MARKER), { code: 'ECONNREFUSED' })
    const error = new TypeError('fetch failed', { cause: new AggregateError([refused, refused]) })
    expect(failureOf(error, where).message).toContain('it refused the connection (ECONNREFUSED)')
  })

  test.each([
    ['text that is no JSON', new SyntaxError(`Unexpected token '<', "<p>${MARKER}" is not valid JSON`)],
    ['another media type', new Error(`The mediaType ${MARKER} is not supported by ObjectSerializer.parse.`)],
    ['no media type', new Error('Cannot parse content. No Content-Type defined.')],
  ])('%s', (_, cause) => {
    const { code, message } = failureOf(cause, where)
    expect([code, message]).toEqual([
      'KUBERNETES_UNAVAILABLE',
      'what answered in the API server’s place sent no JSON',
    ])
  })

  test('an address without TLS, which the client does not call', () => {
    const cause = new Error('HTTP protocol is not allowed when skipTLSVerify is not set or false')
    expect(failureOf(cause, where).message).toContain('http://')
  })

  test.each([
    ['what a credential plugin wrote', new Error(MARKER)],
    ['a code that is none', Object.assign(new Error('x'), { code: `${MARKER} expired` })],
    ['no error at all', MARKER],
  ])('%s is not passed on', (_, cause) => {
    expect(failureOf(cause, where).message).toBe('the API server did not answer')
  })

  test('causes that go in a circle come to an end', () => {
    const error = new Error('x')
    error.cause = error
    expect(failureOf(error, where).message).toBe('the API server did not answer')
  })
})

describe('an answer: what the server said, and nothing else of it', () => {
  test.each([
    [401, 'KUBERNETES_FORBIDDEN'],
    [403, 'KUBERNETES_FORBIDDEN'],
    [404, 'KUBERNETES_NOT_FOUND'],
    [409, 'KUBERNETES_CONFLICT'],
    [422, 'KUBERNETES_REFUSED'],
    [429, 'KUBERNETES_UNAVAILABLE'],
    [503, 'KUBERNETES_UNAVAILABLE'],
  ])('%i', (status, code) => {
    const body = JSON.stringify({ kind: 'Status', message: 'as the server says', details: MARKER })
    const error = failureOf(new ApiException(status, MARKER, body, { authorization: MARKER }), where)
    expect([error.code, error.message]).toEqual([code, 'as the server says'])
  })

  test('one that is no Status', () => {
    const error = failureOf(new ApiException(502, MARKER, `<h1>${MARKER}</h1>`, {}), where)
    expect(error.message).toBe('the API server answered 502')
  })
})
