import { afterEach, beforeEach, expect, test } from 'vitest'
import { groupKey, userKey } from '../../src/model/ids.ts'
import type { DirectorySnapshot } from '../../src/model/snapshot.ts'
import { ladders, type Policy } from '../../src/plan/policy.ts'
import { memorySource } from '../fixtures/memory-source.ts'
import { runOnce } from '../fixtures/run-once.ts'
import { scimTargetTo } from '../fixtures/scim-target.ts'
import { startScimmy, type ScimmyServer } from '../fixtures/scimmy-server.ts'
import { openPolicy, person, snapshot, team } from '../fixtures/simulate.ts'

const signal = new AbortController().signal
let server: ScimmyServer
beforeEach(async () => {
  server = await startScimmy()
})
afterEach(() => server.close())

const newUser = (name: string) => ({
  key: userKey(`k-${name}`),
  userName: `${name}@corp.example`,
  displayName: name,
  givenName: name,
  familyName: 'Doe',
})

test('everything the rfc7644 profile does, against a server that we did not write', async () => {
  const { target } = scimTargetTo(server)
  const dev = await target.createGroup({ key: groupKey('g-dev'), displayName: 'Dev "the" \\team' })
  const [ann, bob, cat] = await Promise.all(
    ['ann', 'bob', 'cat'].map((name) => target.createUser(newUser(name), [])),
  )
  await target.changeMemberships({ owner: dev, add: [ann!, bob!, cat!], remove: [] })
  await target.changeMemberships({ owner: dev, add: [], remove: [bob!] })
  await target.updateUser(ann!, {
    userName: 'anna@corp.example',
    displayName: 'Anna',
    givenName: 'Anna',
    familyName: 'Roe',
  })
  await target.updateUser(cat!, { active: false, externalId: userKey('k-new') })
  await target.updateGroup(dev, { displayName: 'Devs', externalId: groupKey('g-new') })
  expect(server.summary()).toEqual({
    users: ['anna@corp.example', 'bob@corp.example', 'cat@corp.example (locked)'],
    groups: { Devs: ['anna@corp.example', 'cat@corp.example'] },
  })
  expect(target.description).toContain('rfc7644')
  const state = await target.read(signal)
  expect(state.users.find(({ id }) => id === ann)).toEqual(
    expect.objectContaining({
      externalId: 'k-ann',
      userName: 'anna@corp.example',
      displayName: 'Anna',
      givenName: 'Anna',
      familyName: 'Roe',
      active: true,
    }),
  )
  expect(state.users.find(({ id }) => id === cat)).toMatchObject({ externalId: 'k-new', active: false })
  expect(state.groups).toEqual([
    expect.objectContaining({ externalId: 'g-new', members: new Set([ann, cat]) }),
  ])
  await target.deleteUser(bob!)
  await target.deleteGroup(dev)
  await target.deleteGroup(dev)
  expect(server.summary()).toEqual({ users: ['anna@corp.example', 'cat@corp.example (locked)'], groups: {} })
  await target.close()
})

test('a list longer than a page, and an empty group', async () => {
  const { target } = scimTargetTo(server)
  const names = Array.from({ length: 450 }, (_, n) => `u${n}`)
  const ids = await Promise.all(names.map((name) => target.createUser(newUser(name), [])))
  const all = await target.createGroup({ key: groupKey('g'), displayName: 'All' })
  await target.createGroup({ key: groupKey('e'), displayName: 'Empty' })
  for (let at = 0; at < ids.length; at += 100)
    await target.changeMemberships({ owner: all, add: ids.slice(at, at + 100), remove: [] })
  const state = await target.read(signal)
  expect(state.users).toHaveLength(450)
  expect(state.groups.map(({ displayName, members }) => [displayName, members.size])).toEqual([
    ['All', 450],
    ['Empty', 0],
  ])
  await target.close()
})

test('a taken name, a wrong token, a wrong path', async () => {
  const { target } = scimTargetTo(server)
  await target.createUser(newUser('ann'), [])
  await expect(target.createUser({ ...newUser('ann'), key: userKey('other') }, [])).rejects.toMatchObject({
    code: 'SCIM_CONFLICT',
  })
  await target.close()
  const wrong = scimTargetTo({ url: server.url, token: 'wrong' }).target
  await expect(wrong.read(signal)).rejects.toMatchObject({ code: 'SCIM_UNAUTHORIZED' })
  await wrong.close()
  const lost = scimTargetTo({ url: server.url.replace('/scim', '/nowhere'), token: server.token }).target
  await expect(lost.read(signal)).rejects.toMatchObject({ code: 'SCIM_WRONG_URL' })
  await lost.close()
})

test('a server that ignores paging is refused, not half read (KA:227)', async () => {
  await server.close()
  server = await startScimmy({ ignorePaging: true })
  const { target } = scimTargetTo(server)
  for (let n = 0; n < 25; n++) await target.createUser(newUser(`u${n}`), [])
  await expect(target.read(signal)).rejects.toMatchObject({ code: 'SCIM_PAGING' })
  await target.close()
})

test('who is no member is removed once more, and who is one added once more: no error, no harm', async () => {
  const { target } = scimTargetTo(server)
  const dev = await target.createGroup({ key: groupKey('g'), displayName: 'Dev' })
  const [ann, bob] = await Promise.all(['ann', 'bob'].map((name) => target.createUser(newUser(name), [])))
  for (let n = 0; n < 2; n++) await target.changeMemberships({ owner: dev, add: [ann!], remove: [bob!] })
  // SCIMMY lists her twice then (RFC 7644 §3.5.2.1 would have it once); she is read once, and goes at one stroke.
  expect((await target.read(signal)).groups[0]?.members).toEqual(new Set([ann]))
  await target.changeMemberships({ owner: dev, add: [], remove: [ann!] })
  expect(server.summary().groups).toEqual({ Dev: [] })
  await target.close()
})

test('every answer is lost once: what was carried out is found, or done again without harm', async () => {
  await server.close()
  server = await startScimmy({ dropAnswer: (n) => n % 2 === 1 })
  const { target } = scimTargetTo(server, { maxConcurrency: 1 })
  const dev = await target.createGroup({ key: groupKey('g'), displayName: 'Dev' })
  const ann = await target.createUser(newUser('ann'), [])
  const bob = await target.createUser(newUser('bob'), [])
  await target.changeMemberships({ owner: dev, add: [ann, bob], remove: [] })
  await target.changeMemberships({ owner: dev, add: [], remove: [bob] })
  await target.updateUser(ann, { active: false })
  await target.deleteUser(bob)
  const { users, groups } = await target.read(signal)
  expect(users).toMatchObject([{ id: ann, active: false }])
  expect(groups).toMatchObject([{ id: dev, members: new Set([ann]) }])
  expect(server.requests.filter((request) => request.startsWith('POST'))).toHaveLength(3)
  await target.close()
})

test('a whole life in Bulks: created, changed, moved, deactivated and deleted', async () => {
  const names = Array.from({ length: 60 }, (_, n) => `u${n}`)
  const people = names.map((name) => person(name))
  const push = async (desired: DirectorySnapshot, policy: Policy = openPolicy) => {
    const before = server.requests.length
    const { target } = scimTargetTo(server)
    const report = await runOnce(
      memorySource(() => desired),
      target,
      { policy },
    )
    expect(report.result).toBe('converged')
    const writes = server.requests.slice(before).filter((request) => !request.startsWith('GET'))
    expect(new Set(writes)).toEqual(new Set(writes.length === 0 ? [] : ['POST /Bulk']))
    return writes.length
  }
  const teams = (all: readonly string[]) =>
    Array.from({ length: 6 }, (_, n) => team(`team ${n}`, all.slice(n * 10, n * 10 + 10)))
  // Groups, users, and who is in which.
  expect(await push(snapshot(people, teams(names)))).toBe(3)
  expect(server.summary().users).toHaveLength(60)
  expect(server.summary().groups['team 5']).toHaveLength(10)

  const moved = snapshot(
    people.slice(10).map((one) => ({ ...one, displayName: `${one.displayName} Roe` })),
    teams([...names.slice(20), ...names.slice(10, 20)]).slice(0, 4),
  )
  const deleting: Policy = { ...openPolicy, users: { ...openPolicy.users, remove: ladders.delete } }
  expect(await push(moved, deleting)).toBeLessThanOrEqual(4)
  expect(server.summary().users).toHaveLength(50)
  expect([...server.users.values()].every(({ displayName }) => displayName?.endsWith(' Roe'))).toBe(true)
  expect(server.summary().groups['team 0']).toEqual(
    names
      .slice(20, 30)
      .map((name) => `${name}@corp.example`)
      .sort(),
  )
  expect(Object.keys(server.summary().groups)).toHaveLength(4)
  expect(await push(moved, deleting)).toBe(0)
})

test.each([1, 2, 3])('the answer to Bulk %i is lost: nobody is there twice', async (which) => {
  await server.close()
  let bulks = 0
  server = await startScimmy({ dropAnswer: (_, request) => request === 'POST /Bulk' && ++bulks === which })
  const names = Array.from({ length: 60 }, (_, n) => `u${n}`)
  const desired = snapshot(
    names.map((name) => person(name)),
    [team('Dev', names.slice(0, 40)), team('Ops', names.slice(20))],
  )
  const push = () =>
    runOnce(
      memorySource(() => desired),
      scimTargetTo(server).target,
    )
  expect(await push()).toMatchObject({ result: 'converged' })
  // What was created is found; the two additions to groups are repeated, each alone.
  expect(bulks).toBe(3)
  expect(server.users.size).toBe(60)
  expect(server.groups.size).toBe(2)
  expect(await push()).toMatchObject({ result: 'converged', actions: [] })
  expect(bulks).toBe(3)
})
