import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { scimTargetTo } from '../../test/fixtures/scim-target.ts'
import type { Fault } from '../emulators/faults.ts'
import { startKeeperEmulator, type KeeperEmulator } from '../emulators/keeper/keeper-emulator.ts'
import { groupKey, scimId, userKey } from '../model/ids.ts'

const signal = new AbortController().signal
let keeper: KeeperEmulator
beforeEach(async () => {
  keeper = await startKeeperEmulator()
})
afterEach(() => keeper.close())

const ann = {
  key: userKey('k-ann'),
  userName: 'ann@corp.example',
  displayName: 'Ann',
  givenName: 'Ann',
  familyName: 'Doe',
}
const answer = (status: number, headers: Record<string, string> = {}, body = ''): Fault => ({
  kind: 'answer',
  status,
  headers,
  body,
})

describe('writing to Keeper', () => {
  test('a user with teams, by one POST', async () => {
    const { target } = scimTargetTo(keeper)
    const dev = await target.createGroup({ key: groupKey('g1'), displayName: 'Dev' })
    const id = await target.createUser(ann, [dev])
    expect(keeper.requests).toEqual(['POST /Groups', 'POST /Users'])
    expect(keeper.state.summary()).toEqual({
      users: ['ann@corp.example'],
      groups: { Dev: ['ann@corp.example'] },
    })
    expect(await target.read(signal)).toEqual({
      users: [
        expect.objectContaining({
          id,
          externalId: 'k-ann',
          givenName: 'Ann',
          familyName: 'Doe',
          active: true,
        }) as unknown,
      ],
      groups: [
        expect.objectContaining({
          id: dev,
          externalId: 'g1',
          displayName: 'Dev',
          members: new Set([id]),
        }) as unknown,
      ],
    })
    await target.close()
  })

  test('updates, locks, moves and deletes', async () => {
    const { target } = scimTargetTo(keeper)
    const dev = await target.createGroup({ key: groupKey('g1'), displayName: 'Dev' })
    const ops = await target.createGroup({ key: groupKey('g2'), displayName: 'Ops' })
    const id = await target.createUser(ann, [dev])
    await target.changeMemberships({ owner: id, add: [ops], remove: [dev] })
    await target.updateUser(id, { userName: 'anna@corp.example', givenName: 'Anna', active: false })
    await target.updateGroup(dev, { displayName: 'Devs' })
    expect(keeper.state.summary()).toEqual({
      users: ['anna@corp.example (locked)'],
      groups: { Devs: [], Ops: ['anna@corp.example'] },
    })
    expect(keeper.state.users.get(id)).toMatchObject({ givenName: 'Anna', familyName: 'Doe' })
    await target.deleteUser(id)
    await target.deleteUser(id)
    await target.deleteGroup(ops)
    expect(keeper.state.summary()).toEqual({ users: [], groups: { Devs: [] } })
    await target.close()
  })

  test.each([
    ['409 for a taken email', { userName: 'ANN@corp.example' }, {}, 'SCIM_CONFLICT', 'is taken'],
    ['428 without seats', { userName: 'bob@corp.example' }, { seats: 1 }, 'SCIM_NO_SEATS', 'seats'],
    [
      '400 for what it does not accept',
      { userName: 'no email' },
      {},
      'SCIM_REFUSED',
      'must be an email address',
    ],
  ])('%s', async (_, other, options, code, words) => {
    await keeper.close()
    keeper = await startKeeperEmulator(options)
    const { target } = scimTargetTo(keeper)
    await target.createUser(ann, [])
    const second = target.createUser({ ...ann, key: userKey('k-2'), ...other }, [])
    await expect(second).rejects.toMatchObject({ code, message: expect.stringContaining(words) as unknown })
    await target.close()
  })
})

describe('an uncertain POST is looked up before it is sent again', () => {
  test.each<[string, Fault, number]>([
    ['the answer is lost', { kind: 'drop-after' }, 1],
    ['the answer is cut off', { kind: 'truncate' }, 1],
    ['the request is lost', { kind: 'drop-before' }, 2],
    ['503', answer(503), 2],
    ['502 with HTML from a proxy', answer(502, {}, '<html>'), 2],
    ['429', answer(429, { 'retry-after': '0' }), 2],
  ])('%s', async (_, fault, posts) => {
    for (const filters of [true, false]) {
      await keeper.close()
      keeper = await startKeeperEmulator({ filters })
      keeper.setFaults(({ n }) => (n === 1 ? fault : null))
      const { target } = scimTargetTo(keeper)
      const id = await target.createUser(ann, [])
      expect(keeper.state.users.get(id)?.userName).toBe('ann@corp.example')
      expect(keeper.state.users.size).toBe(1)
      expect(keeper.requests.filter((request) => request === 'POST /Users')).toHaveLength(posts)
      await target.close()
    }
  })

  test('while it can not be looked up it is not sent again', async () => {
    keeper.setFaults(({ n, method }) =>
      n === 1 ? { kind: 'drop-after' } : method === 'GET' ? answer(500) : null,
    )
    const { target } = scimTargetTo(keeper)
    await expect(target.createUser(ann, [])).rejects.toMatchObject({ failure: 'unreachable' })
    expect(keeper.requests.filter((request) => request === 'POST /Users')).toHaveLength(1)
    await target.close()
  })

  test('our own success is not mistaken for a conflict', async () => {
    // The answer is lost, the first look-up does not see the user yet, so the second POST meets the first one's user.
    const nobody = JSON.stringify({ totalResults: 0 })
    keeper.setFaults(({ n }) =>
      n === 1
        ? { kind: 'drop-after' }
        : n === 2
          ? answer(200, { 'content-type': 'application/json' }, nobody)
          : null,
    )
    const { target } = scimTargetTo(keeper)
    expect(await target.createUser(ann, [])).toBe([...keeper.state.users.keys()][0])
    expect(keeper.requests).toEqual(['POST /Users', 'GET /Users', 'POST /Users', 'GET /Users'])
    await target.close()
  })
})

describe('retries', () => {
  test.each<[string, Fault]>([
    ['429 with Retry-After in seconds', answer(429, { 'retry-after': '0' })],
    ['429 with a date', answer(429, { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' })],
    ['500', answer(500)],
    ['503', answer(503)],
    ['reset before', { kind: 'drop-before' }],
    ['reset after', { kind: 'drop-after' }],
    ['truncated', { kind: 'truncate' }],
    ['HTML with 200', answer(200, {}, '<html>log in</html>')],
  ])('a read and a PATCH survive %s', async (_, fault) => {
    const user = keeper.state.addUser({ userName: 'ann@corp.example' })
    keeper.setFaults(({ n }) => (n % 2 === 1 ? fault : null))
    const { target, events } = scimTargetTo(keeper, { maxConcurrency: 1 })
    expect((await target.read(signal)).users).toHaveLength(1)
    await target.updateUser(scimId(user.id), { displayName: 'Ann' })
    expect(user.displayName).toBe('Ann')
    expect(events.filter(({ retry }) => retry !== null).length).toBeGreaterThanOrEqual(4)
    await target.close()
  })

  test.each<[string, Fault, string, string]>([
    ['401', answer(401), 'SCIM_UNAUTHORIZED', 'credentials'],
    ['403 on a read', answer(403), 'SCIM_UNAUTHORIZED', 'credentials'],
    ['404 on the list', answer(404), 'SCIM_WRONG_URL', 'config'],
    [
      'a redirect',
      answer(302, { location: 'https://elsewhere.example/x?token=1' }),
      'SCIM_REDIRECT',
      'config',
    ],
    ['429 for ever', answer(429), 'SCIM_THROTTLED', 'unreachable'],
    ['503 for ever', answer(503), 'SCIM_UNAVAILABLE', 'unreachable'],
    ['HTML for ever', answer(200, {}, '<html>'), 'SCIM_MALFORMED', 'protocol'],
    ['connections that break for ever', { kind: 'drop-before' }, 'SCIM_UNREACHABLE', 'unreachable'],
  ])('%s is an error with a code', async (_, fault, code, failure) => {
    keeper.setFaults(({ path }) => (path === '/ServiceProviderConfig' ? null : fault))
    const { target } = scimTargetTo(keeper)
    await expect(target.read(signal)).rejects.toMatchObject({ code, failure })
    await target.close()
  })

  test('what the endpoint says is kept, bounded and on one line, and the token is nowhere (S:767)', async () => {
    const detail = `first\nsecond ${'x'.repeat(5000)}`
    const body = JSON.stringify({ status: '400', scimType: 'invalidValue', detail })
    keeper.setFaults(() => answer(400, { 'content-type': 'application/scim+json' }, body))
    const { target } = scimTargetTo(keeper)
    const error: unknown = await target
      .createGroup({ key: groupKey('g'), displayName: 'G' })
      .catch((reason: unknown) => reason)
    const { message } = error as Error
    expect(message).toContain('invalidValue: first second x')
    expect(message.length).toBeLessThan(500)
    expect(JSON.stringify(error) + message).not.toContain(keeper.token)
    await target.close()
  })

  test('nothing listens', async () => {
    const { target } = scimTargetTo({ url: 'http://127.0.0.1:1/scim', token: 't' })
    await expect(target.read(signal)).rejects.toMatchObject({ code: 'SCIM_UNREACHABLE' })
    expect(await target.check(signal)).toMatchObject([{ level: 'error', check: 'scim-reachable' }])
    await target.close()
  })
})

describe('answers that are not what was asked for', () => {
  const scim = { 'content-type': 'application/scim+json' }
  test('a POST that answers with another user', async () => {
    const other = JSON.stringify({ id: 'x', externalId: 'k-eve', userName: 'eve@corp.example' })
    keeper.setFaults(() => answer(201, scim, other))
    const { target } = scimTargetTo(keeper)
    await expect(target.createUser(ann, [])).rejects.toMatchObject({ code: 'SCIM_WRONG_RESOURCE' })
    await target.close()
  })

  test('a PATCH that answers with another user, or with the old value', async () => {
    const { target } = scimTargetTo(keeper)
    const id = await target.createUser(ann, [])
    keeper.setFaults(() => answer(200, scim, JSON.stringify({ id: 'x' })))
    await expect(target.updateUser(id, { active: false })).rejects.toMatchObject({
      code: 'SCIM_WRONG_RESOURCE',
    })
    keeper.setFaults(() => answer(200, scim, JSON.stringify({ id, active: true })))
    await expect(target.updateUser(id, { active: false })).rejects.toMatchObject({ code: 'SCIM_NOT_APPLIED' })
    keeper.setFaults(() => answer(200, scim, JSON.stringify({ id, active: 'False' })))
    await expect(target.updateUser(id, { active: false })).resolves.toBeUndefined()
    await target.close()
  })

  test.each<[string, object]>([
    ['no id', { userName: 'x@corp.example' }],
    ['no userName', { id: '1' }],
    ['a number for a name', { id: '1', userName: 5 }],
    ['active of another type', { id: '1', userName: 'x', active: 'maybe' }],
    ['groups that are no list', { id: '1', userName: 'x', groups: 'Sales' }],
    ['a group without a value', { id: '1', userName: 'x', groups: [{}] }],
  ])('a user with %s', async (_, user) => {
    keeper.setFaults(({ path }) =>
      path === '/Users' ? answer(200, scim, JSON.stringify({ totalResults: 1, Resources: [user] })) : null,
    )
    const { target } = scimTargetTo(keeper)
    await expect(target.read(signal)).rejects.toMatchObject({ code: 'SCIM_MALFORMED' })
    await target.close()
  })
})

describe('check', () => {
  test('finds an endpoint that works', async () => {
    const { target } = scimTargetTo(keeper)
    const findings = await target.check(signal)
    expect(findings.map(({ level, check }) => `${level} ${check}`)).toEqual([
      'ok scim-reachable',
      'ok scim-profile',
      'ok scim-users',
      'ok scim-groups',
      'ok scim-bulk',
    ])
    expect(keeper.requests.every((request) => request.startsWith('GET'))).toBe(true)
    await target.close()
  })

  test('names a wrong token and what to do', async () => {
    const { target } = scimTargetTo({ url: keeper.url, token: 'wrong' })
    const [finding] = (await target.check(signal)).filter(({ level }) => level === 'error')
    expect(finding?.message).toContain('SCIM_UNAUTHORIZED')
    expect(finding?.remedy).toContain('Provisioning')
    await target.close()
  })
})
