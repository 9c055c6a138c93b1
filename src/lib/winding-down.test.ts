import { readFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { LEASE_SECONDS } from '../kubernetes/lease.ts'
import { defaultHttpOptions } from './http.ts'
import { ANSWERS_MS, CALLS_END_MS, endAfter, PUSHES_MS, WRITES_END_MS } from './winding-down.ts'

test('ends so long after the stop, and not before there is one', async () => {
  const stop = new AbortController()
  const end = endAfter(stop.signal, 20)
  await setTimeout(60)
  expect(end.aborted).toBe(false)
  stop.abort('SIGTERM')
  expect(end.aborted).toBe(false)
  await new Promise((resolve) => end.addEventListener('abort', resolve))
  expect(end.reason).toMatchObject({ name: 'TimeoutError' })
})

test('who asks after the stop has the same time from then on; one signal has one end', async () => {
  const stop = AbortSignal.abort('SIGTERM')
  const end = endAfter(stop, 20)
  expect(end.aborted).toBe(false)
  expect(endAfter(stop, 20)).toBe(end)
  expect(endAfter(stop, 30)).not.toBe(end)
  await new Promise((resolve) => end.addEventListener('abort', resolve))
})

test('the chart gives a pod more time than all of it takes, and the lock no less than the writes', async () => {
  const { terminationGracePeriodSeconds } = parse(await readFile('charts/scim-push/values.yaml', 'utf8')) as {
    terminationGracePeriodSeconds: number
  }
  const all = CALLS_END_MS + PUSHES_MS + ANSWERS_MS
  expect(all).toBe(106_000)
  // Ten seconds for what is reckoned nowhere: the signal on its way, the report, the end of the process.
  expect(terminationGracePeriodSeconds * 1000).toBeGreaterThanOrEqual(all + 10_000)
  const { connectTimeoutMs, headersTimeoutMs } = defaultHttpOptions
  expect(WRITES_END_MS).toBeGreaterThan(connectTimeoutMs + headersTimeoutMs)
  expect(WRITES_END_MS).toBeLessThanOrEqual((LEASE_SECONDS / 2) * 1000)
  expect(CALLS_END_MS).toBeGreaterThanOrEqual(WRITES_END_MS + 20_000)
})
