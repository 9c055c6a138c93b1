import { describe, expect, test } from 'vitest'
import { fetchWith, rightAnswers } from '../../../test/fixtures/fuzz/google-answers.ts'
import { hastyClock } from '../../../test/fixtures/fuzz/pushed.ts'
import { Secret } from '../../lib/secret.ts'
import { createDirectoryApi } from './api.ts'
import { parsePage, parseUser } from './parse.ts'

const user = { id: '1', primaryEmail: 'ann@corp.example' }

// Found by fuzzing: each was an empty or a short list, of which everybody else was a leaver.
describe('what is no list of users is malformed', () => {
  test.each<[string, unknown]>([
    ['null in place of the list', { users: null }],
    ['a list under another name', { Users: [user] }],
    ['an error that is answered with 200', { error: { code: 503 } }],
    ['a page token that is a number', { users: [user], nextPageToken: 5 }],
    ['a page token that is null', { users: [user], nextPageToken: null }],
    ['an array', [user]],
    ['null', null],
  ])('%s', (_, body) => {
    expect(() => parsePage(body, 'users', parseUser)).toThrow(
      expect.objectContaining({ code: 'GOOGLE_MALFORMED' }),
    )
  })

  test.each<[string, unknown, number]>([
    ['an empty list comes without it', {}, 0],
    ['or with what Google says of every list', { kind: 'admin#directory#users', etag: '"x"' }, 0],
    ['further fields beside users', { users: [user], more: 1 }, 1],
    ['an empty page token', { users: [user], nextPageToken: '' }, 1],
  ])('%s', (_, body, users) => {
    const page = parsePage(body, 'users', parseUser)
    expect([page.items.length, page.nextPageToken]).toEqual([users, null])
  })
})

test('a list that is there twice is not JSON', async () => {
  const [first] = rightAnswers.users.users
  const text = `{"users":${JSON.stringify(rightAnswers.users.users)},"users":[${JSON.stringify(first)}]}`
  const api = createDirectoryApi({
    rootUrl: 'https://google.example/',
    customer: 'my_customer',
    tokens: { token: () => Promise.resolve(new Secret('x')), forget: () => undefined },
    fetch: fetchWith({ place: 'users', status: 200, text, retryAfter: null }),
    clock: hastyClock(),
    random: () => 0,
    retryPolicy: { attempts: 2, baseMs: 1, capMs: 1, totalMs: 1000 },
    answerMs: 10_000,
    onRequest: () => undefined,
    maxConcurrency: 1,
    signal: new AbortController().signal,
  })
  await expect(api.listUsers(null)).rejects.toMatchObject({ code: 'GOOGLE_UNAVAILABLE' })
})
