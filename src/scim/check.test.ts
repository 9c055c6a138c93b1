import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { scimTargetTo } from '../../test/fixtures/scim-target.ts'
import { startKeeperEmulator, type KeeperEmulator } from '../emulators/keeper/keeper-emulator.ts'

const signal = new AbortController().signal
let keeper: KeeperEmulator
beforeEach(async () => {
  keeper = await startKeeperEmulator()
})
afterEach(() => keeper.close())

describe('check', () => {
  test('finds an endpoint that works', async () => {
    const { target } = scimTargetTo(keeper)
    const findings = await target.check(signal)
    expect(findings.map(({ level, check }) => `${level} ${check}`)).toEqual([
      'ok scim-reachable',
      'ok scim-tls',
      'ok scim-profile',
      'ok scim-assumes',
      'ok scim-assumes',
      'ok scim-assumes',
      'ok scim-assumes',
      'ok scim-users',
      'ok scim-groups',
      'ok scim-paging',
      'ok scim-patch',
      'ok scim-filter',
      'ok scim-bulk',
      'ok scim-etag',
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

  test('counts what is there', async () => {
    keeper.state.addUser({ userName: 'ann@corp.example' })
    const { target } = scimTargetTo(keeper)
    const [users] = (await target.check(signal)).filter(({ check }) => check === 'scim-users')
    expect(users?.message).toContain('users can be read: 1')
    await target.close()
  })

  test('an older region of Keeper, without ServiceProviderConfig, is fine', async () => {
    await keeper.close()
    keeper = await startKeeperEmulator({ serviceProviderConfig: false })
    const { target } = scimTargetTo(keeper)
    const findings = await target.check(signal)
    expect(findings.every(({ level }) => level === 'ok')).toBe(true)
    expect(findings.map(({ message }) => message).join()).toContain('profile keeper')
    await target.close()
  })

  test('a wrong node is a wrong URL', async () => {
    const { target } = scimTargetTo({ url: keeper.url.replace(/\d+$/, '1'), token: keeper.token })
    const errors = (await target.check(signal)).filter(({ level }) => level === 'error')
    expect(errors).toMatchObject([{ check: 'scim-users' }])
    expect(errors[0]?.message).toContain('SCIM_WRONG_URL')
    await target.close()
  })

  test('nothing listens', async () => {
    const { target } = scimTargetTo({ url: 'http://127.0.0.1:1/scim', token: 't' })
    expect(await target.check(signal)).toMatchObject([{ level: 'error', check: 'scim-reachable' }])
    await target.close()
  })

  test('no PATCH, no filters, Bulk, as ServiceProviderConfig has it', async () => {
    const config = {
      patch: { supported: false },
      filter: { supported: false },
      bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 1_048_576 },
    }
    keeper.setFaults(({ path }) =>
      path === '/ServiceProviderConfig'
        ? {
            kind: 'answer',
            status: 200,
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(config),
          }
        : null,
    )
    for (const [bulk, words] of [
      ['auto', 'and used'],
      ['off', 'not used: target.bulk is off'],
    ] as const) {
      const { target } = scimTargetTo(keeper, { bulk })
      const findings = await target.check(signal)
      expect(findings.filter(({ level }) => level === 'error')).toMatchObject([{ check: 'scim-patch' }])
      const message = findings.find(({ check }) => check === 'scim-bulk')?.message
      expect(message).toContain('1000 operations')
      expect(message).toContain(words)
      await target.close()
    }
  })

  test.each([
    ['pages repeat', { repeatPages: true }, 'warning', 'startIndex is ignored'],
    ['count is ignored', { ignoreCount: true }, 'ok', 'count is ignored'],
    ['all as it should be', {}, 'ok', 'startIndex and count work'],
  ] as const)('paging: %s', async (_, behaviour, level, words) => {
    await keeper.close()
    keeper = await startKeeperEmulator(behaviour)
    for (const name of ['ann', 'bob', 'cat']) keeper.state.addUser({ userName: `${name}@corp.example` })
    const { target } = scimTargetTo(keeper)
    const found = (await target.check(signal)).find(({ check }) => check === 'scim-paging')
    expect(found).toMatchObject({ level, message: expect.stringContaining(words) as string })
    expect(keeper.requests.every((request) => request.startsWith('GET'))).toBe(true)
    await target.close()
  })

  test('what the profile takes for given, and a profile that does not fit the URL', async () => {
    const { target } = scimTargetTo(keeper, { profile: 'rfc7644' })
    const findings = await target.check(signal)
    expect(findings.filter(({ level }) => level === 'warning')).toMatchObject([{ check: 'scim-profile' }])
    const assumed = findings.filter(({ check }) => check === 'scim-assumes').map(({ message }) => message)
    expect(assumed.join()).toContain('through the group')
    await target.close()
  })

  test('filters that are not offered cost time, and nothing else', async () => {
    await keeper.close()
    keeper = await startKeeperEmulator({ filters: false })
    const { target } = scimTargetTo(keeper)
    const found = (await target.check(signal)).find(({ check }) => check === 'scim-filter')
    expect(found).toMatchObject({ level: 'ok', message: expect.stringContaining('whole lists') as string })
    await target.close()
  })
})
