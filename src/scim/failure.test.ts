import { describe, expect, test } from 'vitest'
import { Secret } from '../lib/secret.ts'
import { failureOfAnswer, failureOfBody, failureOfConnection } from './failure.ts'

const answer = (status: number, more: Partial<Parameters<typeof failureOfAnswer>[0]> = {}) =>
  failureOfAnswer({
    method: 'PATCH',
    where: 'PATCH https://scim.example/Users/1',
    status,
    text: '',
    contentType: 'application/scim+json',
    location: '',
    afterMs: null,
    token: new Secret('s3cret'),
    ...more,
  })
const withCode = (code: string): Error => Object.assign(new Error(code), { code })

describe('an answer with an error status', () => {
  test.each<[number, string, string, boolean, boolean]>([
    // status, code, failure, transient, uncertain
    [301, 'SCIM_REDIRECT', 'config', false, false],
    [400, 'SCIM_REFUSED', 'protocol', false, false],
    [401, 'SCIM_UNAUTHORIZED', 'credentials', false, false],
    [403, 'SCIM_FORBIDDEN', 'protocol', false, false],
    [404, 'SCIM_NOT_FOUND', 'protocol', false, false],
    [405, 'SCIM_NO_PATCH', 'protocol', false, false],
    [408, 'SCIM_UNAVAILABLE', 'unreachable', true, true],
    [409, 'SCIM_CONFLICT', 'protocol', false, false],
    [412, 'SCIM_REFUSED', 'protocol', false, false],
    [413, 'SCIM_TOO_LARGE', 'protocol', false, false],
    [428, 'SCIM_NO_SEATS', 'protocol', false, false],
    [429, 'SCIM_THROTTLED', 'unreachable', true, false],
    [500, 'SCIM_UNAVAILABLE', 'unreachable', true, true],
    [501, 'SCIM_NO_PATCH', 'protocol', false, false],
    [502, 'SCIM_UNAVAILABLE', 'unreachable', true, true],
    [503, 'SCIM_UNAVAILABLE', 'unreachable', true, true],
    [504, 'SCIM_UNAVAILABLE', 'unreachable', true, true],
  ])('%i is %s', (status, code, failure, transient, uncertain) => {
    expect(answer(status)).toMatchObject({ status, error: { code, failure }, transient, uncertain })
  })

  test('403 on a read is about the token', () => {
    expect(answer(403, { method: 'GET' }).error.code).toBe('SCIM_UNAUTHORIZED')
  })

  test('501 for another method is no word about PATCH', () => {
    expect(answer(501, { method: 'GET' }).error.code).toBe('SCIM_REFUSED')
  })

  test('400 with scimType uniqueness is a conflict', () => {
    expect(answer(400, { text: '{"scimType":"uniqueness","detail":"taken"}' }).error).toMatchObject({
      code: 'SCIM_CONFLICT',
      message: 'the name or email is taken (400): uniqueness: taken',
    })
  })

  test.each<[string, string, string, string]>([
    [
      'detail and scimType',
      '{"scimType":"mutability","detail":"no"}',
      'application/scim+json',
      ': mutability: no',
    ],
    ['a message instead of a detail', '{"message":"no"}', 'application/json', ': no'],
    ['escapes and newlines', '{"detail":"a\\n\\u001b[31mb\\u202e"}', 'application/json', ': a [31mb '],
    ['the token, echoed', '{"detail":"s3cret is bad"}', 'application/json', ': [secret] is bad'],
    ['a detail of another type', '{"detail":{"x":1}}', 'application/json', ''],
    ['JSON cut off', '{"detail":', 'application/json', ''],
    ['no object', '[]', 'application/json', ''],
    ['HTML', '<html>s3cret</html>', 'text/html', '; the answer is text/html'],
    ['nothing', '', '', ''],
  ])('quotes %s', (_, text, contentType, words) => {
    expect(answer(400, { text, contentType }).error.message).toBe(`the endpoint refused it (400)${words}`)
  })

  test('only 429, and 503 with Retry-After, ask to slow down', () => {
    expect(answer(429).asksToSlowDown).toBe(true)
    expect(answer(503).asksToSlowDown).toBe(false)
    expect(answer(503, { afterMs: 0 }).asksToSlowDown).toBe(true)
    expect(answer(500, { afterMs: 0 }).asksToSlowDown).toBe(false)
  })
})

describe('a connection that brought no answer', () => {
  test.each<[string, string, string, boolean, boolean]>([
    // code, error, reason, transient, uncertain
    ['ENOTFOUND', 'SCIM_UNREACHABLE', 'dns', true, false],
    ['ECONNREFUSED', 'SCIM_UNREACHABLE', 'refused', true, false],
    ['UND_ERR_CONNECT_TIMEOUT', 'SCIM_UNREACHABLE', 'timeout', true, false],
    ['UND_ERR_HEADERS_TIMEOUT', 'SCIM_UNREACHABLE', 'timeout', true, true],
    ['UND_ERR_BODY_TIMEOUT', 'SCIM_UNREACHABLE', 'timeout', true, true],
    ['ECONNRESET', 'SCIM_UNREACHABLE', 'reset', true, true],
    ['UND_ERR_SOCKET', 'SCIM_UNREACHABLE', 'reset', true, true],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'SCIM_TLS', 'tls', false, false],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'SCIM_TLS', 'tls', false, false],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'SCIM_TLS', 'tls', false, false],
    ['CERT_HAS_EXPIRED', 'SCIM_TLS', 'tls', false, false],
    ['EPROTO', 'SCIM_TLS', 'tls', false, false],
  ])('%s', (code, error, reason, transient, uncertain) => {
    const failed = failureOfConnection(withCode(code), 'GET https://scim.example/Users')
    expect(failed).toMatchObject({ error: { code: error }, reason, transient, uncertain })
    expect(failed.error.message).toContain(code)
  })

  test('the code of the cause, as fetch wraps it', () => {
    const wrapped = new Error('fetch failed', { cause: withCode('ECONNREFUSED') })
    expect(failureOfConnection(wrapped, 'GET /').reason).toBe('refused')
  })

  test('something that is no error is taken for uncertain', () => {
    expect(failureOfConnection('SIGTERM', 'GET /')).toMatchObject({ reason: 'reset', uncertain: true })
  })
})

test('HTML with 200 says that something else answered', () => {
  const { error, uncertain } = failureOfBody(200, 'text/html; charset=utf-8', 'POST /Users')
  expect(error).toMatchObject({
    code: 'SCIM_MALFORMED',
    message: expect.stringContaining('proxy') as unknown,
  })
  expect(uncertain).toBe(true)
})
