import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { scimTargetTo } from '../../test/fixtures/scim-target.ts'
import type { Fault } from '../emulators/faults.ts'
import { startKeeperEmulator, type KeeperEmulator } from '../emulators/keeper/keeper-emulator.ts'
import { silentLog } from '../lib/log.ts'
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

  test('a PATCH of members that answers without them; at Keeper they may have to wait', async () => {
    const { id } = keeper.state.addGroup({ displayName: 'Dev' })
    const body = JSON.stringify({ id, members: [{ value: 'other' }], groups: [] })
    keeper.setFaults(() => answer(200, scim, body))
    const change = { owner: scimId(id), add: [scimId('u')], remove: [] }
    const rfc = scimTargetTo(keeper, { profile: 'rfc7644' }).target
    await expect(rfc.changeMemberships(change)).rejects.toMatchObject({ code: 'SCIM_NOT_APPLIED' })
    await rfc.close()
    const { target } = scimTargetTo(keeper)
    await expect(target.changeMemberships(change)).resolves.toBeUndefined()
    await target.close()
  })

  test('no PATCH: a warning when it is read, an error when it is needed', async () => {
    const body = JSON.stringify({ patch: { supported: false } })
    keeper.setFaults(({ path, method }) =>
      path === '/ServiceProviderConfig' ? answer(200, scim, body) : method === 'PATCH' ? answer(501) : null,
    )
    const warnings: string[] = []
    const { target } = scimTargetTo(keeper, {
      log: { ...silentLog, warn: (message) => void warnings.push(message) },
    })
    await target.read(signal)
    expect(warnings).toEqual([expect.stringContaining('PATCH')])
    await expect(target.updateUser(scimId('x'), { active: false })).rejects.toMatchObject({
      code: 'SCIM_NO_PATCH',
    })
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
