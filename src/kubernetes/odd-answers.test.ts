import { describe, expect, test } from 'vitest'
import { answeringCluster } from '../../test/fixtures/answering-cluster.ts'
import { listDocuments, readDocument } from './documents.ts'
import { leaseStore } from './lease-store.ts'
import { readSecretKey } from './secret-key.ts'

// Found by fuzzing: a proxy, or an API server of another kind, may answer anything.

describe('a list that is none is an error, and not a cluster without SyncConfigs', () => {
  test.each<[string, unknown]>([
    ['null', null],
    ['items that are missing', { kind: 'List' }],
    ['items that are no list', { items: 'none' }],
  ])('%s', async (_, answer) => {
    await expect(listDocuments(answeringCluster(answer), '')).rejects.toMatchObject({
      code: 'KUBERNETES_UNAVAILABLE',
    })
  })
})

test('a time of creation that is no time', async () => {
  const answer = { metadata: { name: 'corp', creationTimestamp: { toString: null, valueOf: null } } }
  const { createdAt } = await readDocument(answeringCluster(answer), { kind: 'configmap', name: 'corp' })
  expect(createdAt).toBeNull()
})

describe('a Lease that can not be read is not taken for a free one', () => {
  test.each<[string, unknown]>([
    ['null', null],
    ['a holder that is no text', { metadata: {}, spec: { holderIdentity: ['another'] } }],
    [
      'a time of renewal that is none',
      { metadata: {}, spec: { holderIdentity: 'another', renewTime: 'soon' } },
    ],
    [
      'a duration that is no number',
      { metadata: {}, spec: { holderIdentity: 'another', leaseDurationSeconds: '150' } },
    ],
    ['a specification that is none', { metadata: {}, spec: [] }],
  ])('%s', async (_, answer) => {
    await expect(leaseStore(answeringCluster(answer), 'x').get()).rejects.toMatchObject({
      code: 'KUBERNETES_UNAVAILABLE',
    })
  })

  test('one that nobody holds is', async () => {
    const answer = { metadata: { resourceVersion: '7' }, spec: { holderIdentity: null } }
    expect(await leaseStore(answeringCluster(answer), 'x').get()).toMatchObject({
      holder: null,
      renewedAt: null,
    })
  })
})

test.each<[string, unknown, string | null]>([
  ['a key', { data: { token: 'czNjcjN0' } }, 's3cr3t'],
  ['null', null, null],
  ['a value that is no text', { data: { token: 7 } }, null],
])('a Secret: %s', async (_, answer, expected) => {
  expect(await readSecretKey(answeringCluster(answer), { name: 'corp', key: 'token' })).toBe(expected)
})

test('a key that every object has is none of a Secret', async () => {
  expect(await readSecretKey(answeringCluster({ data: {} }), { name: 'corp', key: 'toString' })).toBeNull()
})
