import { expect, test } from 'vitest'
import { ScimPushError } from '../errors/error.ts'
import type { CarriedDocument } from '../kubernetes/carrier.ts'
import type { Log } from '../lib/log.ts'
import { entriesOf } from './list.ts'

const documentOf = (name: string): CarriedDocument => ({
  carrier: { kind: 'configmap', name },
  text: '',
  origin: `configmap/${name}`,
  regarding: { apiVersion: 'v1', kind: 'ConfigMap', name, namespace: 'default', uid: '' },
  generation: null,
  status: null,
  createdAt: null,
  approval: null,
})
const converged = { conditions: [{ type: 'Ready', status: 'True', reason: 'Converged' }] }

const logTo = (warnings: unknown[]): Log => {
  const ignore = (): void => undefined
  return { error: ignore, info: ignore, debug: ignore, warn: (...said) => void warnings.push(said) }
}

test('a status that can’t be read is said, and the others are shown', async () => {
  const warnings: unknown[] = []
  const readStatus = ({ carrier: { name } }: CarriedDocument) =>
    name === 'b'
      ? Promise.reject(new ScimPushError('KUBERNETES_FORBIDDEN', { message: 'may not get b-status' }))
      : Promise.resolve(converged)
  const entries = await entriesOf(['a', 'b', 'c'].map(documentOf), { readStatus }, logTo(warnings))
  expect(entries).toMatchObject([
    { name: 'a', ready: 'True', reason: 'Converged' },
    {
      name: 'b',
      ready: 'Unknown',
      reason: 'StatusUnreadable',
      message: 'KUBERNETES_FORBIDDEN: may not get b-status',
      lastRun: null,
    },
    { name: 'c', ready: 'True' },
  ])
  expect(warnings).toEqual([
    ['a status can’t be read', expect.objectContaining({ config: 'configmap/b' }) as object],
  ])
})

test('at most eight statuses are read at once', async () => {
  let [now, most] = [0, 0]
  const readStatus = async () => {
    most = Math.max(most, ++now)
    await new Promise((resolve) => setTimeout(resolve, 1))
    now--
    return converged
  }
  const names = Array.from({ length: 30 }, (_, n) => `n${n}`)
  const entries = await entriesOf(names.map(documentOf), { readStatus }, logTo([]))
  expect(entries.map(({ name }) => name)).toEqual(names)
  expect(most).toBe(8)
})
