import { once } from 'node:events'
import { expect, test } from 'vitest'
import { systemClock } from '../../lib/clock.ts'
import { Secret } from '../../lib/secret.ts'
import { createDirectoryApi } from './api.ts'

test('a page of the list of users does not wait for those of members', async () => {
  const asked: string[] = []
  const end = new AbortController()
  const members: typeof fetch = async (_, init) => {
    await once(end.signal, 'abort', init?.signal ? { signal: init.signal } : {})
    throw new Error('aborted')
  }
  const users = (): Promise<Response> => Promise.resolve(Response.json({ users: [], nextPageToken: 'more' }))
  const api = createDirectoryApi({
    rootUrl: 'https://google.example',
    customer: 'my_customer',
    tokens: { token: () => Promise.resolve(new Secret('token')), forget: () => undefined },
    fetch(input, init) {
      const url = input instanceof Request ? input.url : input.toString()
      asked.push(new URL(url).pathname.split('/').at(-1) ?? '')
      return asked.at(-1) === 'members' ? members(input, init) : users()
    },
    clock: systemClock,
    random: () => 0,
    retryPolicy: { attempts: 1, baseMs: 1, capMs: 1, totalMs: 1 },
    onRequest: () => undefined,
    answerMs: 60_000,
    maxConcurrency: 2,
    signal: end.signal,
  })
  const reading = ['a', 'b', 'c', 'd'].map((group) => api.listMembers(group, null).catch(() => null))
  await api.listUsers(null)
  await api.listUsers('more')
  expect(asked).toEqual(['members', 'members', 'users', 'users'])
  end.abort()
  await Promise.all(reading)
})
