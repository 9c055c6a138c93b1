import { describe, expect, test } from 'vitest'
import type { Fault } from '../../../test/fixtures/ldap-stub/answer.ts'
import { domain, group, person, userDn } from '../../../test/fixtures/ldap-stub/objects.ts'
import type { SearchRequest } from '../../../test/fixtures/ldap-stub/search.ts'
import { failureOf, readStub, sourceOptions } from '../../../test/fixtures/ldap-stub/source.ts'
import { startLdapStub } from '../../../test/fixtures/ldap-stub/server.ts'
import { createActiveDirectorySource } from './active-directory-source.ts'

const names = (count: number) => Array.from({ length: count }, (_, n) => `user${String(n).padStart(5, '0')}`)
const crowd = (count: number) => [domain, ...names(count).map((name) => person(name))]
const everyone = { scope: { scimGroups: [], groups: 'none' as const } }

/** A fault for the nth page of the search for people. */
const onPage = (nth: number, fault: Fault, until = nth) => {
  let pages = 0
  return (request: SearchRequest): Fault | null => {
    if (request.scope !== 'sub') return null
    pages++
    return pages >= nth && pages <= until ? fault : null
  }
}

describe('everyone, in pages', () => {
  test('2,500 people come in three pages, though the server gives at most 1,000', async () => {
    const { snapshot, requests } = await readStub(crowd(2500), everyone)
    expect(snapshot.users).toHaveLength(2500)
    expect(snapshot.gaps).toEqual([])
    expect(requests.filter(({ path }) => path === 'DC=corp,DC=example')).toHaveLength(3)
  })

  test('no size limit is asked for, and a longer time limit than 10 s', async () => {
    const { stub } = await readStub(crowd(1), everyone)
    expect(stub.searches.map(({ sizeLimit }) => sizeLimit)).not.toContain(1)
    expect(new Set(stub.searches.map(({ timeLimit }) => timeLimit))).toEqual(new Set([115]))
  })

  test.each([
    ['first', 1],
    ['second', 2],
  ])('an empty page with a cookie is not the end: the %s', async (_, nth) => {
    const fault = onPage(nth, { kind: 'emptyPage' }, nth + 1)
    const { snapshot } = await readStub(crowd(1500), everyone, { fault })
    expect(snapshot.users).toHaveLength(1500)
    expect(snapshot.gaps).toEqual([])
  })

  test('empty pages without end are a gap', async () => {
    const fault = onPage(2, { kind: 'emptyPage' }, Infinity)
    const { snapshot } = await readStub(crowd(15), everyone, { fault, limits: { maxPageSize: 10 } })
    expect(snapshot.gaps).toMatchObject([{ kind: 'users-unread', detail: '200 pages in a row were empty' }])
  })

  test('a page that does not say whether it is the last is a gap', async () => {
    const { snapshot } = await readStub(crowd(1500), everyone, { fault: onPage(2, { kind: 'noCookie' }) })
    expect(snapshot.gaps).toMatchObject([{ kind: 'users-unread' }])
  })

  test.each([
    ['sizeLimitExceeded', 4],
    ['timeLimitExceeded', 3],
    ['adminLimitExceeded', 11],
    ['insufficientAccessRights', 50],
  ])('%s on a later page is a gap, and what was read goes on', async (name, status) => {
    const fault = onPage(2, { kind: 'status', status })
    const { snapshot } = await readStub(crowd(1500), everyone, { fault })
    expect(snapshot.users).toHaveLength(1000)
    expect(snapshot.gaps).toEqual([
      { kind: 'users-unread', subject: 'DC=corp,DC=example', detail: `${name} (${status})` },
    ])
  })

  test('references to other partitions are left alone', async () => {
    const fault = onPage(1, {
      kind: 'references',
      urls: ['ldap://corp.example/CN=Configuration,DC=corp,DC=example'],
    })
    const { snapshot, stub } = await readStub(crowd(3), everyone, { fault })
    expect(snapshot.users).toHaveLength(3)
    expect(snapshot.gaps).toEqual([])
    expect(stub.connections()).toBe(1)
  })

  test('a base of another domain controller is an error of the configuration', async () => {
    const error = await failureOf(() => readStub(crowd(1), { ...everyone, baseDn: 'DC=other,DC=example' }))
    expect(error).toMatchObject({ code: 'AD_BASE_DN', failure: 'config' })
    expect(error.message).toContain('referral (10)')
  })

  test('a base that is not there is an error of the configuration', async () => {
    const error = await failureOf(() =>
      readStub(crowd(1), { ...everyone, baseDn: 'OU=None,DC=corp,DC=example' }),
    )
    expect(error.code).toBe('AD_BASE_DN')
  })
})

describe('a connection that is lost', () => {
  test.each([
    ['between pages', { kind: 'drop', after: 0 }],
    ['in the middle of a page', { kind: 'drop', after: 5 }],
    ['in a page that never ends', { kind: 'silent' }],
    ['because of what is no LDAP', { kind: 'garbage' }],
  ] as const)('%s: another bind, and the search from its beginning', async (_, fault) => {
    // Only where nothing comes it is waited for; what comes must not be late on a busy machine.
    const answerMs = fault.kind === 'silent' ? 1500 : 20_000
    const { snapshot, stub, requests } = await readStub(
      crowd(25),
      { ...everyone, timeouts: { connectMs: 10_000, answerMs, searchSeconds: 115 } },
      { fault: onPage(2, fault), limits: { maxPageSize: 10 } },
    )
    expect(snapshot.users).toHaveLength(25)
    expect(snapshot.gaps).toEqual([])
    expect(stub.binds).toHaveLength(2)
    expect(requests.filter(({ retry }) => retry !== null)).toHaveLength(1)
    expect(requests.at(-1)).toMatchObject({
      system: 'ldap',
      method: 'search',
      status: 0,
      attempt: 2,
      retry: null,
    })
  })

  test('again and again, in the same place: a gap, never fewer people', async () => {
    const fault = (request: SearchRequest): Fault | null =>
      request.paging?.cookie ? { kind: 'drop', after: 3 } : null
    const { snapshot, stub } = await readStub(crowd(15), everyone, { fault, limits: { maxPageSize: 10 } })
    expect(snapshot.gaps).toMatchObject([{ kind: 'users-unread' }])
    expect(stub.binds).toHaveLength(3)
  })

  test('busy is tried again, and is a gap when it stays', async () => {
    const once = await readStub(crowd(3), everyone, { fault: onPage(1, { kind: 'status', status: 51 }) })
    expect(once.snapshot).toMatchObject({ gaps: [], users: { length: 3 } })
    expect(once.stub.binds).toHaveLength(1)
    const always = await readStub(crowd(3), everyone, {
      fault: onPage(1, { kind: 'status', status: 51 }, 99),
    })
    expect(always.snapshot.gaps).toMatchObject([{ kind: 'users-unread', detail: 'busy (51)' }])
  })

  test('a password that is refused on the way back is not sent again, by nobody', async () => {
    let binds = 0
    let sleeps = 0
    const stub = await startLdapStub({
      objects: [...crowd(450), group('roster', names(450).map(userDn))],
      bind: () => (++binds > 1 ? { status: 49, diagnostic: 'data 775, v1' } : null),
      fault: (request) => (request.paging?.size === 200 ? { kind: 'drop', after: 0 } : null),
    })
    const options = sourceOptions({ url: [`ldap://127.0.0.1:${stub.port}`] })
    // Several searches are cut at once, and each of them comes back at another time: the first when the second has been cut.
    const cutAgain = Promise.withResolvers<undefined>()
    const sleep = async (): Promise<void> => {
      const mine = ++sleeps
      if (mine === 2) cutAgain.resolve(undefined)
      await cutAgain.promise
      await new Promise((resolve) => setTimeout(resolve, mine * 15))
    }
    const source = createActiveDirectorySource({ ...options, clock: { ...options.clock, sleep } })
    const { signal } = new AbortController()
    expect((await failureOf(() => source.read(signal))).code).toBe('AD_BIND_REFUSED')
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(sleeps).toBeGreaterThan(1)
    expect(binds).toBe(2)
    await stub.close()
  })

  test('for good is an error, not a gap', async () => {
    const stub = await startLdapStub({ objects: crowd(1500), fault: onPage(2, { kind: 'silent' }) })
    const source = createActiveDirectorySource(
      sourceOptions({
        url: [`ldap://127.0.0.1:${stub.port}`],
        ...everyone,
        onRequest: ({ path, method }) => {
          if (method === 'search' && path === 'DC=corp,DC=example') void stub.close()
        },
      }),
    )
    const error = await failureOf(() => source.read(new AbortController().signal))
    expect(error).toMatchObject({ code: 'AD_UNREACHABLE', failure: 'unreachable' })
  })

  test('before anything was read is an error too', async () => {
    const error = await failureOf(() =>
      readStub(crowd(1), everyone, { fault: () => ({ kind: 'drop', after: 0 }) }),
    )
    expect(error).toMatchObject({ code: 'AD_UNREACHABLE', failure: 'unreachable' })
  })

  test('a signal ends a read that waits for the server', async () => {
    const stub = await startLdapStub({ objects: crowd(3), fault: onPage(1, { kind: 'silent' }, 99) })
    const controller = new AbortController()
    const source = createActiveDirectorySource(
      sourceOptions({ url: [`ldap://127.0.0.1:${stub.port}`], ...everyone }),
    )
    const reading = failureOf(() => source.read(controller.signal))
    await new Promise((resolve) => setTimeout(resolve, 30))
    controller.abort('SIGTERM')
    expect((await reading).code).toBe('INTERRUPTED')
    await stub.close()
  })
})
