import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll } from 'vitest'
import { makeKeyPair } from '../../src/emulators/google/service-account.ts'
import { findJsonProblem } from '../../src/lib/json-check.ts'
import { isObject } from '../../src/lib/json.ts'
import { silentLog } from '../../src/lib/log.ts'
import { Secret } from '../../src/lib/secret.ts'
import { createDirectoryApi } from '../../src/source/google/api.ts'
import { parseServiceAccount } from '../../src/source/google/credentials.ts'
import { readGraph } from '../../src/source/google/read-graph.ts'
import { createTokenSource } from '../../src/source/google/token.ts'
import { project } from '../../src/source/project.ts'
import { createRecordsSource } from '../../src/source/records/records-source.ts'
import type { Scope, Source } from '../../src/source/source.ts'
import { fetchWith, rightAnswers, type Place, type WrongAnswer } from '../fixtures/fuzz/google-answers.ts'
import { fuzz } from '../fixtures/fuzz/fuzz.ts'
import { hostileText } from '../fixtures/fuzz/hostile.ts'
import { hostileJsonText } from '../fixtures/fuzz/mutate.ts'
import { hastyClock, pushed, removalsOf, synced } from '../fixtures/fuzz/pushed.ts'
import { memorySource } from '../fixtures/memory-source.ts'
import { memoryTarget } from '../fixtures/memory-target.ts'

const everyone: Scope = { scimGroups: [], groups: 'none', exclude: { users: [], groups: [] } }
const selected: Scope = {
  ...everyone,
  scimGroups: ['roster@corp.example', 'sales@corp.example'],
  groups: 'selected',
}

const privateKey = (await makeKeyPair()).privateKey.export({ type: 'pkcs8', format: 'pem' })
const account = parseServiceAccount(
  new Secret(
    JSON.stringify({ type: 'service_account', client_email: 'x@y.example', private_key: privateKey }),
  ),
)
const googleSource = (wrong: WrongAnswer | null, scope: Scope): Source =>
  memorySource(async () => {
    const shared = {
      account,
      subject: 'admin@corp.example',
      tokenUrl: 'https://google.example/token',
      fetch: fetchWith(wrong),
      clock: hastyClock(),
      random: () => 0,
      retryPolicy: { attempts: 3, baseMs: 1, capMs: 1, totalMs: 1000 },
      answerMs: 10_000,
      onRequest: () => undefined,
    }
    const api = createDirectoryApi({
      ...shared,
      rootUrl: 'https://google.example/',
      customer: 'my_customer',
      tokens: createTokenSource(shared, []),
      maxConcurrency: 5,
      signal: new AbortController().signal,
    })
    return project(await readGraph(api, scope, 5, silentLog), scope)
  })

const texts = (value: unknown): readonly unknown[] => (isObject(value) ? Object.values(value) : [])
const filled = (value: unknown): value is string => typeof value === 'string' && value !== ''
const isUser = (one: unknown): boolean => isObject(one) && filled(one['id']) && filled(one['primaryEmail'])
const isMember = (one: unknown): boolean =>
  isObject(one) &&
  (one['type'] === 'CUSTOMER' ||
    (filled(one['id']) && ['USER', 'GROUP', 'EXTERNAL'].some((type) => type === one['type'])))

/** What a wrong answer still says, read anew here; null when nobody can say what it says. */
const saidIn = ({
  place,
  status,
  text,
}: WrongAnswer): { readonly items: readonly unknown[]; readonly last: boolean } | null => {
  if (status !== 200 || findJsonProblem(text) !== null) return null
  const body: unknown = JSON.parse(text)
  if (!isObject(body)) return null
  const list = place === 'users' || place === 'moreUsers' ? 'users' : 'members'
  const { [list]: items = [], nextPageToken = '' } = body
  if (!Array.isArray(items) || typeof nextPageToken !== 'string') return null
  if (!items.every(list === 'users' ? isUser : isMember)) return null
  const known = ['kind', 'etag', 'nextPageToken', list]
  if (items.length === 0 && Object.keys(body).some((name) => !known.includes(name))) return null
  return { items, last: nextPageToken === '' }
}

/** Whom the answer shows to be gone, or inactive. */
const mayGo = (wrong: WrongAnswer, key: string): boolean => {
  const { place } = wrong
  if (place === 'token') return false
  if (place === 'roster' || place === 'sales') return groupIsAnother(wrong)
  if (place === 'user') return key === '1001' && isInactive(wrong.text)
  const said = saidIn(wrong)
  if (!said) return false
  const them = said.items.filter((one) => isObject(one) && one['id'] === key)
  if (them.some((one) => isObject(one) && (one['suspended'] === true || one['archived'] === true)))
    return true
  if (them.length > 0) return false
  const onThePage = rightAnswers[place] as {
    users?: readonly { id: string }[]
    members?: readonly { id: string }[]
  }
  const listed = onThePage.users ?? onThePage.members ?? []
  // Who is not on this page may be on the next one, unless it says that there is none.
  return listed.some(({ id }) => id === key) || place === 'rosterMembers' || (place === 'users' && said.last)
}
const groupIsAnother = ({ place, status, text }: WrongAnswer): boolean => {
  if (status !== 200 || findJsonProblem(text) !== null) return false
  const body: unknown = JSON.parse(text)
  return (
    isObject(body) &&
    filled(body['id']) &&
    texts(body).length > 0 &&
    body['id'] !== (place === 'roster' ? '01r' : '01s')
  )
}
const isInactive = (text: string): boolean => {
  const body: unknown = findJsonProblem(text) === null ? JSON.parse(text) : null
  return isObject(body) && (body['suspended'] === true || body['archived'] === true)
}

const places = Object.keys(rightAnswers) as Place[]
const wrongAnswer: fc.Arbitrary<WrongAnswer> = fc.oneof(
  ...places.map((place) =>
    fc.record({
      place: fc.constant(place),
      status: fc.oneof(
        { weight: 6, arbitrary: fc.constant(200) },
        { weight: 1, arbitrary: fc.constantFrom(206, 302, 400, 401, 403, 404, 412, 429, 500, 503) },
      ),
      text: hostileJsonText(rightAnswers[place]),
      retryAfter: fc.option(fc.constantFrom('1', '99999', '9'.repeat(400), 'soon'), { freq: 4 }),
    }),
  ),
)

for (const [name, scope] of [
  ['everyone', everyone],
  ['of two groups', selected],
] as const) {
  const before = await synced(googleSource(null, scope))
  fuzz(
    `Google, ${name}: nobody goes on the strength of what can't be read`,
    1500,
    wrongAnswer,
    async (wrong) => {
      const target = memoryTarget(before)
      await pushed(googleSource(wrong, scope), target)
      const { users, groups } = removalsOf(before, target)
      const wrongly = users.filter((key) => !mayGo(wrong, key))
      if (wrongly.length > 0) throw new Error(`removed ${wrongly.join()}`)
      if (groups.length > 0 && !groupIsAnother(wrong)) throw new Error(`deleted ${groups.join()}`)
    },
  )
}

const people = ['ann', 'bob', 'cat', 'dan'].map((name, n) => ({
  id: `k${n}`,
  email: `${name}@corp.example`,
  full_name: name,
  active: true,
  groups: n % 2 ? ['g1'] : ['g1', 'g2'],
}))
const records = { users: people, groups: ['g1', 'g2'].map((id) => ({ id, name: `Group ${id}` })) }
const directory = mkdtempSync(join(tmpdir(), 'scim-push-fuzz-'))
afterAll(() => rmSync(directory, { recursive: true }))
const file = join(directory, 'people.json')
const recordsSource = (): Source =>
  createRecordsSource({ file, scope: { ...everyone, groups: 'selected' }, log: silentLog })

writeFileSync(file, JSON.stringify(records))
const before = await synced(recordsSource())
const content = fc.oneof(
  { weight: 5, arbitrary: hostileJsonText(records) },
  { weight: 1, arbitrary: hostileText },
)
fuzz("records: nobody goes on the strength of what can't be read", 1500, content, async (text) => {
  writeFileSync(file, text)
  const target = memoryTarget(before)
  await pushed(recordsSource(), target)
  const { users, groups } = removalsOf(before, target)
  if (users.length + groups.length === 0) return
  if (findJsonProblem(text) !== null) throw new Error('removed on the strength of what is not JSON')
  const said = JSON.parse(text) as {
    readonly users: readonly Readonly<Record<string, unknown>>[]
    readonly groups?: readonly Readonly<Record<string, unknown>>[] | null
  }
  const keyOf = (one: Readonly<Record<string, unknown>>): string =>
    String(one['external_id'] ?? one['id']).trim()
  for (const key of users) {
    const them = said.users.find((one) => keyOf(one) === key)
    const wasIn = people.find(({ id }) => id === key)?.groups.length ?? 0
    const isIn = new Set((them?.['groups'] as readonly unknown[] | null | undefined) ?? []).size
    if (them && them['active'] !== false && isIn >= wasIn && (said.groups ?? []).length >= 2)
      throw new Error(`removed ${key}`)
  }
  for (const key of groups)
    if ((said.groups ?? []).some((one) => keyOf(one) === key)) throw new Error(`deleted ${key}`)
})
