import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DirectorySnapshot } from '../../src/model/snapshot.ts'
import { isObject } from '../../src/lib/json.ts'
import type { RunReport } from '../../src/report/report.ts'
import { memorySource } from '../fixtures/memory-source.ts'
import { runOnce } from '../fixtures/run-once.ts'
import { startScimStub, type ScimStub, type StubAnswer, type StubRequest } from '../fixtures/scim-stub.ts'
import { scimTargetTo } from '../fixtures/scim-target.ts'
import { person, snapshot, team } from '../fixtures/simulate.ts'

// An endpoint that answers about somebody else, or from somewhere else. Whatever it says: nobody is removed or gets access because of
// it, and the run does not end well.

let stub: ScimStub
/** Another host, which is to hear nothing. */
let other: Server
let heard: string[]

const accountOf = (name: string, more: object = {}) => ({
  id: `t-${name}`,
  externalId: `k-${name}`,
  userName: `${name}@corp.example`,
  displayName: name,
  name: { givenName: name, familyName: 'Doe' },
  active: true,
  ...more,
})
const teamOf = (name: string, members: readonly string[], more: object = {}) => ({
  id: `t-${name}`,
  externalId: `k-${name}`,
  displayName: name,
  members: members.map((member) => ({ value: `t-${member}` })),
  ...more,
})

beforeEach(async () => {
  stub = await startScimStub()
  for (const name of ['ann', 'bob', 'cat']) stub.users.set(`t-${name}`, accountOf(name))
  stub.groups.set('t-Dev', teamOf('Dev', ['ann', 'bob']))
  stub.groups.set('t-Admins', teamOf('Admins', ['cat']))
  heard = []
  other = createServer((request, response) => {
    heard.push(`${request.method ?? ''} ${request.url ?? ''} ${request.headers.authorization ?? ''}`)
    response.writeHead(200, { 'content-type': 'application/scim+json' }).end('{"totalResults":0}')
  })
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  await stub.close()
  other.closeAllConnections()
  await new Promise((resolve) => other.close(resolve))
})

const everyone = ['ann', 'bob', 'cat']
const agreed = snapshot(
  everyone.map((name) => person(name)),
  [team('Dev', ['ann', 'bob']), team('Admins', ['cat'])],
)
const withDan: DirectorySnapshot = snapshot(
  [...everyone, 'dan'].map((name) => person(name)),
  [team('Dev', ['ann', 'bob', 'dan']), team('Admins', ['cat'])],
)
/** Bob has left, and Ann has left a group. */
const lessBob: DirectorySnapshot = snapshot(
  ['ann', 'cat'].map((name) => person(name)),
  [team('Dev', []), team('Admins', ['cat'])],
)

const push = (desired: DirectorySnapshot): Promise<RunReport> =>
  runOnce(
    memorySource(() => desired),
    scimTargetTo(stub, { retryPolicy: { attempts: 2, baseMs: 1, capMs: 1, totalMs: 60_000 } }).target,
  )

const codesOf = ({ actions, error }: RunReport): readonly string[] => [
  ...new Set([
    ...actions.flatMap(({ outcome }) => (outcome?.status === 'failed' ? [outcome.error.code] : [])),
    ...(error ? [error.code] : []),
  ]),
]

const membersIn = (name: string): readonly unknown[] => {
  const members = stub.groups.get(`t-${name}`)?.['members']
  return Array.isArray(members)
    ? members.map((member: unknown) => (isObject(member) ? member['value'] : member))
    : []
}

const whenever =
  (method: string, path: RegExp, twist: (answer: StubAnswer) => Partial<StubAnswer>) =>
  (request: StubRequest, answer: StubAnswer): StubAnswer =>
    request.method === method && path.test(request.path) ? { ...answer, ...twist(answer) } : answer

test('the endpoint itself is honest: what follows is because of its lies', async () => {
  expect(await push(agreed)).toMatchObject({ result: 'converged', actions: [] })
  expect(await push(withDan)).toMatchObject({ result: 'converged' })
  expect(membersIn('Dev')).toEqual(['t-ann', 't-bob', 'user-4'])
  expect(await push(lessBob)).toMatchObject({ result: 'converged' })
  expect([membersIn('Dev'), stub.users.get('t-bob')?.['active']]).toEqual([[], false])
  expect(await push(lessBob)).toMatchObject({ result: 'converged', actions: [] })
})

describe('a newcomer who is said to be somebody else gets into no group, and nobody in their place', () => {
  test.each<[string, object, string]>([
    ['the whole resource of another', accountOf('cat'), 'SCIM_WRONG_RESOURCE'],
    ['the id of another, and nothing else', { id: 't-cat' }, 'SCIM_WRONG_RESOURCE'],
    [
      'the id of another under the newcomer’s names',
      { ...accountOf('dan'), id: 't-cat' },
      'SCIM_WRONG_RESOURCE',
    ],
    [
      'an id of its own, and another’s externalId',
      { ...accountOf('cat'), id: 't-new' },
      'SCIM_WRONG_RESOURCE',
    ],
    [
      'an id of its own, and another’s userName',
      { id: 't-new', userName: 'cat@corp.example' },
      'SCIM_WRONG_RESOURCE',
    ],
    ['no id', {}, 'SCIM_MALFORMED'],
    ['an empty id', { id: '' }, 'SCIM_MALFORMED'],
    ['an id that is a number', { id: 7 }, 'SCIM_MALFORMED'],
    ['an enormous id', { id: 'x'.repeat(1_000_000) }, 'SCIM_MALFORMED'],
    ['the id of another resource, as a path', { id: '../Groups/t-Admins' }, 'SCIM_MALFORMED'],
    ['an id that breaks lines', { id: 'a\r\nx-header: 1' }, 'SCIM_MALFORMED'],
    ['half a surrogate pair', { id: '\ud800' }, 'SCIM_MALFORMED'],
  ])('%s', async (_, body, code) => {
    stub.twist(whenever('POST', /^\/Users$/, () => ({ body })))
    const report = await push(withDan)
    expect(codesOf(report)).toEqual([code])
    expect(report).toMatchObject({ result: 'partial', exitCode: 4 })
    expect(stub.writes()).toEqual(['POST /Users'])
    expect(JSON.stringify(report).length).toBeLessThan(10_000)
  })

  test('two newcomers with one id', async () => {
    const desired = snapshot(
      [...everyone, 'dan', 'eve'].map((name) => person(name)),
      [team('Dev', ['ann', 'bob', 'dan']), team('Admins', ['cat', 'eve'])],
    )
    stub.twist(whenever('POST', /^\/Users$/, () => ({ body: { id: 't-new' } })))
    const report = await push(desired)
    expect(codesOf(report)).toEqual(['SCIM_WRONG_RESOURCE'])
    const added = [...membersIn('Dev'), ...membersIn('Admins')].filter((id) => id === 't-new')
    expect([report.exitCode, added]).toEqual([4, ['t-new']])
  })

  test('a group that is said to be another one gets no member', async () => {
    const desired = snapshot(
      everyone.map((name) => person(name)),
      [team('Dev', ['ann', 'bob']), team('Admins', ['cat']), team('Ops', ['bob'])],
    )
    stub.twist(whenever('POST', /^\/Groups$/, () => ({ body: { id: 't-Admins' } })))
    const report = await push(desired)
    expect([codesOf(report), report.exitCode]).toEqual([['SCIM_WRONG_RESOURCE'], 4])
    expect(membersIn('Admins')).toEqual(['t-cat'])
  })

  test('the look-up after an uncertain POST answers with another person', async () => {
    let posts = 0
    stub.twist((request, answer) => {
      if (request.method === 'POST' && ++posts === 1) return { status: 502 }
      return request.method === 'GET' && posts > 0
        ? { status: 200, body: { totalResults: 1, Resources: [{ ...accountOf('dan'), id: 't-cat' }] } }
        : answer
    })
    const report = await push(withDan)
    expect([codesOf(report), report.exitCode]).toEqual([['SCIM_WRONG_RESOURCE'], 4])
    expect(membersIn('Dev')).toEqual(['t-ann', 't-bob'])
  })

  test('a filter that is ignored finds nobody by chance', async () => {
    let posts = 0
    stub.twist((request, answer) => {
      if (request.method === 'POST' && ++posts === 1) {
        stub.users.delete('user-4')
        return { status: 502 }
      }
      return request.method === 'GET' && request.path === '/Users' && posts === 1
        ? { status: 200, body: { totalResults: 3, Resources: everyone.map((name) => accountOf(name)) } }
        : answer
    })
    expect(await push(withDan)).toMatchObject({ result: 'converged' })
    expect(membersIn('Dev')).toEqual(['t-ann', 't-bob', 'user-4'])
  })
})

describe('a change that is answered with another person ends the writing at once', () => {
  test.each<[string, object]>([
    ['another id', { id: 't-cat' }],
    ['another whole resource', accountOf('cat')],
    ['the same id, and another’s externalId', { ...accountOf('cat'), id: 't-bob' }],
    ['the same id, and another’s userName', { id: 't-bob', userName: 'CAT@corp.example' }],
  ])('%s', async (_, body) => {
    stub.twist(whenever('PATCH', /^\/Users\//, () => ({ body })))
    const report = await push(lessBob)
    expect(codesOf(report)).toEqual(['SCIM_WRONG_RESOURCE'])
    expect(report).toMatchObject({ result: 'error', exitCode: 1 })
    expect(stub.writes()).toEqual(['PATCH /Users/t-bob'])
  })

  test.each<[string, object]>([
    ['another group', { id: 't-Admins' }],
    ['the same id, and another’s externalId', { ...teamOf('Admins', []), id: 't-Dev' }],
    ['the same id, and another’s displayName', { id: 't-Dev', displayName: 'Admins' }],
  ])('of a group’s members: %s', async (_, body) => {
    stub.twist(whenever('PATCH', /^\/Groups\//, () => ({ body })))
    const report = await push(lessBob)
    expect([codesOf(report), report.exitCode]).toEqual([['SCIM_WRONG_RESOURCE'], 1])
    expect(stub.writes()).toEqual(['PATCH /Users/t-bob', 'PATCH /Groups/t-Dev'])
  })

  test('a name that the service made up is nobody else’s', async () => {
    stub.twist(
      whenever('PATCH', /^\/Users\//, () => ({
        body: { id: 't-bob', userName: 'deactivated-17@scim.example', active: false },
      })),
    )
    expect(await push(lessBob)).toMatchObject({ result: 'converged' })
  })
})

describe('a list that mixes people up is not believed: nothing is written', () => {
  test.each<[string, RegExp, readonly object[], string]>([
    [
      'one id for two people',
      /^\/Users$/,
      [accountOf('ann'), accountOf('bob'), { ...accountOf('cat'), id: 't-ann' }],
      'SCIM_PAGING',
    ],
    [
      'one id for two groups',
      /^\/Groups$/,
      [teamOf('Dev', []), { ...teamOf('Admins', ['cat']), id: 't-Dev' }],
      'SCIM_PAGING',
    ],
    [
      'an id that leads to another resource',
      /^\/Users$/,
      [accountOf('ann', { id: '../Groups/t-Admins' })],
      'SCIM_MALFORMED',
    ],
    [
      'the same, encoded',
      /^\/Users$/,
      [accountOf('ann', { id: '%2e%2e%2fGroups%2ft-Admins' })],
      'SCIM_MALFORMED',
    ],
    [
      'the same, encoded twice',
      /^\/Users$/,
      [accountOf('ann', { id: '%252e%252e%252fGroups' })],
      'SCIM_MALFORMED',
    ],
    ['the same, with backslashes', /^\/Users$/, [accountOf('ann', { id: '..\\Groups' })], 'SCIM_MALFORMED'],
    ['the list itself as an id', /^\/Users$/, [accountOf('ann', { id: '..' })], 'SCIM_MALFORMED'],
    ['all users as an id', /^\/Users$/, [accountOf('ann', { id: '.' })], 'SCIM_MALFORMED'],
    ['an empty id', /^\/Groups$/, [teamOf('Dev', [], { id: '' })], 'SCIM_MALFORMED'],
    [
      'an id that is an object',
      /^\/Groups$/,
      [teamOf('Dev', [], { id: { value: 't-Dev' } })],
      'SCIM_MALFORMED',
    ],
    ['an enormous id', /^\/Users$/, [accountOf('ann', { id: 'x'.repeat(2000) })], 'SCIM_MALFORMED'],
  ])('%s', async (_, path, resources, code) => {
    const list = { totalResults: resources.length, Resources: resources }
    stub.twist(whenever('GET', path, () => ({ body: list })))
    const report = await push(lessBob)
    expect(codesOf(report)).toEqual([code])
    expect(report).toMatchObject({ result: 'error', exitCode: 1 })
    expect(stub.writes()).toEqual([])
  })

  test('ids that swap between two pages', async () => {
    const cursor = scimTargetTo(stub)
    let page = 0
    stub.twist((request, answer) => {
      if (request.method !== 'GET' || request.path !== '/Users') return answer
      return ++page % 2 === 1
        ? { status: 200, body: { nextCursor: 'more', Resources: [accountOf('ann'), accountOf('bob')] } }
        : {
            status: 200,
            body: { Resources: [accountOf('cat'), { ...accountOf('ann'), id: 't-bob' }], nextCursor: '' },
          }
    })
    await expect(cursor.target.read(new AbortController().signal)).rejects.toMatchObject({
      code: 'SCIM_PAGING',
    })
    await cursor.target.close()
  })

  test('a group whose members are another’s', async () => {
    // The list hides the members, so each group is asked for alone.
    stub.twist((request, answer) => {
      if (request.method !== 'GET') return answer
      if (request.path === '/Groups')
        return {
          status: 200,
          body: {
            totalResults: 2,
            Resources: [
              teamOf('Dev', [], { members: undefined }),
              teamOf('Admins', [], { members: undefined }),
            ],
          },
        }
      return request.path === '/Groups/t-Dev'
        ? { status: 200, body: { ...teamOf('Admins', ['cat']), id: 't-Dev' } }
        : answer
    })
    const report = await push(agreed)
    expect([codesOf(report), report.exitCode, stub.writes()]).toEqual([['SCIM_WRONG_RESOURCE'], 1, []])
  })
})

describe('ids that are odd and allowed reach their own resource, and nothing else', () => {
  test.each([
    'a/b',
    'a b',
    'a?active=false',
    'a#b',
    'a%2fb',
    '%00',
    'a&b=c;d',
    'ünïcode-💥',
    'urn:id:1',
    'a"] or members[value pr',
    '__proto__',
    '...',
    '.hidden',
    'x'.repeat(1000),
  ])('%s', async (id) => {
    stub.users.delete('t-bob')
    stub.users.set(id, accountOf('bob', { id }))
    stub.groups.set('t-Dev', { ...teamOf('Dev', ['ann']), members: [{ value: 't-ann' }, { value: id }] })
    expect(await push(lessBob)).toMatchObject({ result: 'converged' })
    expect(stub.users.get(id)).toMatchObject({ userName: 'bob@corp.example', active: false })
    expect(stub.writes()).toEqual([`PATCH /Users/${encodeURIComponent(id)}`, 'PATCH /Groups/t-Dev'])
    expect([membersIn('Dev'), membersIn('Admins')]).toEqual([[], ['t-cat']])
    expect(await push(lessBob)).toMatchObject({ result: 'converged', actions: [] })
  })
})

describe('elsewhere', () => {
  const elsewhere = () => `http://127.0.0.1:${(other.address() as AddressInfo).port}/scim/v2`
  const places: readonly (readonly [string, () => string])[] = [
    ['another port', elsewhere],
    ['another host', () => 'https://evil.example/scim/v2/Users'],
    ['no TLS', () => 'http://evil.example/Users'],
    ['a path', () => '/login'],
    ['nowhere', () => ''],
    ['no URL', () => 'http://[::1'],
    ['bytes', () => 'http://ev\u00eel.example/\u0085\u009b31m'],
  ]
  for (const status of [301, 302, 303, 307, 308])
    test.each(places)(
      `a redirect (${status}) to %s is not followed, by a read or by a write`,
      async (_, place) => {
        for (const method of ['GET', 'POST', 'PATCH']) {
          stub.twist(whenever(method, /./, () => ({ status, headers: { location: place() }, body: '' })))
          const report = await push(method === 'POST' ? withDan : lessBob)
          expect(codesOf(report)).toEqual(['SCIM_REDIRECT'])
          expect(report.exitCode).not.toBe(0)
        }
        expect(heard).toEqual([])
      },
    )

  test.each<[string, () => string]>([
    ['another host', () => 'https://evil.example/scim/v2/Users/user-4'],
    ['another host, dressed up', () => 'https://127.0.0.1@evil.example/scim/v2/Users/user-4'],
    ['another path', () => `${new URL(stub.url).origin}/other/Users/user-4`],
    ['out of the base path', () => `${stub.url}/../../Users/user-4`],
    ['no URL', () => 'http://[::1'],
    ['a script', () => 'javascript:alert(1)'],
  ])('a POST whose Location is %s is not believed unless what it made is here', async (_, location) => {
    stub.twist(whenever('POST', /^\/Users$/, () => ({ headers: { location: location() } })))
    expect(await push(withDan)).toMatchObject({ result: 'converged' })

    const withEve = snapshot(
      [...withDan.users, person('eve')],
      [team('Dev', ['ann', 'bob', 'dan', 'eve']), team('Admins', ['cat'])],
    )
    stub.twist((request, answer) => {
      if (request.method !== 'POST') return answer
      stub.users.delete('user-5')
      return { ...answer, headers: { location: location() } }
    })
    const report = await push(withEve)
    expect([codesOf(report), report.exitCode]).toEqual([['SCIM_WRONG_LOCATION'], 4])
    expect(membersIn('Dev')).toEqual(['t-ann', 't-bob', 'user-4'])
    expect(heard).toEqual([])
  })

  test('a Location that only another port or scheme tells apart asks nobody twice', async () => {
    const { hostname } = new URL(stub.url)
    stub.twist(
      whenever('POST', /^\/Users$/, () => ({
        headers: { location: `https://${hostname}/scim/v2/Users/user-4` },
      })),
    )
    expect(await push(withDan)).toMatchObject({ result: 'converged' })
    expect(stub.requests.filter(({ path }) => path === '/Users').map(({ method }) => method)).toEqual([
      'GET',
      'GET',
      'POST',
    ])
  })
})

describe('bodies without end, and headers', () => {
  test('gzip is not asked for, and not unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '), { level: 9 })
    stub.twist(whenever('GET', /^\/Users$/, () => ({ headers: { 'content-encoding': 'gzip' }, body: bomb })))
    const report = await push(lessBob)
    expect([codesOf(report), report.exitCode, stub.writes()]).toEqual([['SCIM_MALFORMED'], 1, []])
    expect(stub.requests.some(({ headers }) => 'accept-encoding' in headers)).toBe(false)
  })

  test('cookies are not kept', async () => {
    stub.twist((_, answer) => ({ ...answer, headers: { 'set-cookie': 'session=somebody; Path=/' } }))
    expect(await push(withDan)).toMatchObject({ result: 'converged' })
    expect(stub.requests.some(({ headers }) => 'cookie' in headers)).toBe(false)
  })

  test('odd bytes in headers are words in a message at most', async () => {
    const odd = 'text/\u0080\u009b31m\u00ff; charset="a'
    stub.twist(
      whenever('GET', /^\/Users$/, () => ({
        status: 400,
        headers: { 'content-type': odd, 'retry-after': '\u00b2' },
        body: 'x',
      })),
    )
    const report = await push(lessBob)
    expect([codesOf(report), report.exitCode]).toEqual([['SCIM_REFUSED'], 1])
  })
})
