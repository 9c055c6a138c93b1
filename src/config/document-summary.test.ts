import { expect, test } from 'vitest'
import { summaryOfDocument } from './document-summary.ts'

test.each([
  [
    'a whole one',
    '{spec: {suspend: true, source: {type: google}, target: {url: "https://keeper.example/scim/"}}}',
    { source: 'google', target: 'https://keeper.example/scim/', suspended: true },
  ],
  [
    'secrets in the URL are not shown',
    '{spec: {target: {url: "https://user:secret@keeper.example/scim?token=secret#secret"}}}',
    { source: null, target: 'https://keeper.example/scim', suspended: false },
  ],
  ['without a spec', '{kind: SyncConfig}', { source: null, target: null, suspended: false }],
  [
    'of wrong types',
    '{spec: {suspend: "yes", source: {type: 7}, target: {url: []}}}',
    { source: null, target: null, suspended: false },
  ],
  ['no YAML at all', '{{{', { source: null, target: null, suspended: false }],
])('%s', (_, text, expected) => {
  expect(summaryOfDocument(text, 'x')).toEqual(expected)
})
