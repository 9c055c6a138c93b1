import { expect, test } from 'vitest'
import { leaseName } from './lease-name.ts'

const url = 'https://keeper.example/api/rest/scim/v2/1'

test('a name that Kubernetes takes', () => {
  expect(leaseName(url)).toMatch(/^scim-push-[0-9a-f]{16}$/)
})

test.each([
  ['a slash at the end', `${url}//`],
  ['blanks around it', ` ${url}\n`],
  ['the default port', 'https://keeper.example:443/api/rest/scim/v2/1'],
  ['pasted with a collection', `${url}/Users/`],
  ['capitals', 'HTTPS://Keeper.Example/API/rest/scim/v2/1'],
])('%s: the same target', (_, same) => {
  expect(leaseName(same)).toBe(leaseName(url))
})

test.each([
  ['another tenant', 'https://keeper.example/api/rest/scim/v2/2'],
  ['another host', 'https://keeper2.example/api/rest/scim/v2/1'],
  ['another port', 'https://keeper.example:8443/api/rest/scim/v2/1'],
  ['a port that only begins alike', 'https://keeper.example:4430/api/rest/scim/v2/1'],
])('%s: another lock', (_, other) => {
  expect(leaseName(other)).not.toBe(leaseName(url))
})

test('a port is dropped whole, or not at all', () => {
  expect(leaseName('https://keeper.example:4430/scim')).not.toBe(leaseName('https://keeper.example0/scim'))
})

test('http has a default port of its own', () => {
  expect(leaseName('http://127.0.0.1:80/scim')).toBe(leaseName('http://127.0.0.1/scim'))
  expect(leaseName('http://127.0.0.1:443/scim')).not.toBe(leaseName('http://127.0.0.1/scim'))
})
