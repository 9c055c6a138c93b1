import { describe, expect, test } from 'vitest'
import { parseBaseUrl } from './base-url.ts'
import { detectProfile } from './detect.ts'
import { parseServiceProviderConfig } from './service-provider-config.ts'

describe('the base URL', () => {
  test.each([
    ['as it is', 'https://scim.example/v2', 'https://scim.example/v2'],
    ['with a trailing slash', 'https://scim.example/v2/', 'https://scim.example/v2'],
    ['with a query and a fragment', 'https://scim.example/v2?token=1#x', 'https://scim.example/v2'],
    ['with a user', 'https://me:secret@scim.example/v2', 'https://scim.example/v2'],
    ['down to /Users, as pasted', 'https://scim.example/v2/Users/', 'https://scim.example/v2'],
    ['http on loopback', 'http://127.0.0.1:8080/v2', 'http://127.0.0.1:8080/v2'],
    ['http on localhost', 'http://localhost/v2', 'http://localhost/v2'],
    ['http on ::1', 'http://[::1]:1/v2', 'http://[::1]:1/v2'],
  ])('%s', (_, text, expected) => {
    expect(parseBaseUrl(text, false).href).toBe(expected)
  })

  test.each([
    ['http elsewhere', 'http://scim.example/v2', 'SCIM_INSECURE_URL'],
    ['http to a name that only looks like loopback', 'http://localhost.example/v2', 'SCIM_INSECURE_URL'],
    ['another scheme', 'ftp://scim.example', 'SCIM_WRONG_URL'],
    ['no URL', 'scim.example/v2', 'SCIM_WRONG_URL'],
  ])('%s is refused', (_, text, code) => {
    expect(() => parseBaseUrl(text, false)).toThrow(
      expect.objectContaining({ code, failure: 'config' }) as Error,
    )
  })

  test('http elsewhere, when it is allowed', () => {
    expect(parseBaseUrl('http://scim.example/v2', true).host).toBe('scim.example')
  })
})

describe('the profile', () => {
  const node = '/api/rest/scim/v2/288797895950343'
  test.each<[string, 'auto' | 'keeper' | 'rfc7644', string, string, string]>([
    ['Keeper’s host', 'auto', `https://keepersecurity.com${node}`, '', 'keeper'],
    ['Keeper in Europe', 'auto', `https://keepersecurity.eu${node}`, '', 'keeper'],
    ['Keeper in Australia', 'auto', 'https://keepersecurity.com.au/x', '', 'keeper'],
    ['Keeper for governments', 'auto', 'https://govcloud.keepersecurity.us/x', '', 'keeper'],
    ['Keeper’s path on another host', 'auto', `http://127.0.0.1:1${node}/`, '', 'keeper'],
    ['Keeper’s documentation', 'auto', 'https://scim.example/v2', 'https://docs.keeper.io/scim', 'keeper'],
    ['another host that only ends alike', 'auto', 'https://notkeepersecurity.com/v2', '', 'rfc7644'],
    ['any other', 'auto', 'https://scim.example/scim/v2', 'https://scim.example/docs', 'rfc7644'],
    ['as it was set, against the host', 'rfc7644', `https://keepersecurity.com${node}`, '', 'rfc7644'],
    ['as it was set', 'keeper', 'https://scim.example', '', 'keeper'],
  ])('%s', (_, wanted, url, documentationUri, expected) => {
    const config = parseServiceProviderConfig({ documentationUri })
    expect(detectProfile(wanted, parseBaseUrl(url, false), config).name).toBe(expected)
  })

  test.each<[string, unknown]>([
    ['nothing', null],
    ['a list', []],
    ['features of the wrong type', { patch: 'yes', filter: { supported: 'yes' }, bulk: true, pagination: 1 }],
    ['Bulk without limits', { bulk: { supported: true } }],
  ])('ServiceProviderConfig with %s says nothing', (_, body) => {
    expect(parseServiceProviderConfig(body)).toEqual({
      documentationUri: '',
      patch: null,
      etag: null,
      maxResults: null,
      filter: null,
      cursorsOnly: false,
      bulk: null,
    })
  })

  test('ServiceProviderConfig with all that matters', () => {
    const body = {
      patch: { supported: false },
      filter: { supported: true },
      pagination: { cursor: true, index: false },
      bulk: { supported: true, maxOperations: 10, maxPayloadSize: 20 },
    }
    expect(parseServiceProviderConfig(body)).toMatchObject({
      patch: false,
      filter: true,
      cursorsOnly: true,
      bulk: { maxOperations: 10, maxPayloadSize: 20 },
    })
  })
})
