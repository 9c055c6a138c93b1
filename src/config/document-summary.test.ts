import { expect, test } from 'vitest'
import { summaryOfDocument } from './document-summary.ts'

test('its name', () => {
  expect(summaryOfDocument('{metadata: {name: corp}}', 'x').name).toBe('corp')
})

test.each([
  [
    'a whole one',
    '{spec: {suspend: true, source: {type: google}, target: {url: "https://keeper.example/scim/"}}}',
    { source: 'google', target: 'https://keeper.example/scim/', suspended: true, name: null },
  ],
  [
    'secrets in the URL are not shown',
    '{spec: {target: {url: "https://user:secret@keeper.example/scim?token=secret#secret"}}}',
    { source: null, target: 'https://keeper.example/scim', suspended: false, name: null },
  ],
  ['without a spec', '{kind: SyncConfig}', { source: null, target: null, suspended: false, name: null }],
  [
    'of wrong types',
    '{spec: {suspend: "yes", source: {type: 7}, target: {url: []}}}',
    { source: null, target: null, suspended: false, name: null },
  ],
  ['no YAML at all', '{{{', { source: null, target: null, suspended: false, name: null }],
])('%s', (_, text, expected) => {
  expect(summaryOfDocument(text, 'x')).toEqual(expected)
})
