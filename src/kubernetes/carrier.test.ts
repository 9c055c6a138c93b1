import { expect, test } from 'vitest'
import { parseCarrier } from './carrier.ts'

test.each([
  ['configmap/corp-to-keeper', { kind: 'configmap', name: 'corp-to-keeper' }],
  ['syncconfig/a.b', { kind: 'syncconfig', name: 'a.b' }],
  ['sync.yaml', null],
  ['./configmap/sync.yaml', null],
  ['configmap/', null],
  ['configmap/../secret', null],
  ['configmap/a/b', null],
  ['secret/x', null],
])('%s', (text, expected) => {
  expect(parseCarrier(text)).toEqual(expected)
})
