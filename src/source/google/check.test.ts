import { describe, expect, test } from 'vitest'
import { googleSourceTo, scopeOf } from '../../../test/fixtures/google-source.ts'
import { company, failing, google, signal } from '../../../test/fixtures/google-tenant.ts'
import type { GoogleFault } from '../../emulators/google/google-emulator.ts'
import { readOnlyScopes } from '../../emulators/google/scopes.ts'
import type { Scope } from '../source.ts'

describe('check', () => {
  const findings = async (scope: Scope) => {
    const { source } = googleSourceTo(google, scope)
    const found = await source.check(signal)
    await source.close()
    return found
  }

  test('finds everything in order', async () => {
    company()
    const found = await findings(scopeOf(['Roster', 'dan@corp.example']))
    expect(found.filter(({ level }) => level !== 'ok')).toEqual([])
    expect(found.length).toBeGreaterThanOrEqual(6)
  })

  test('names the scope that is missing, and it alone', async () => {
    google.setScopes(readOnlyScopes.slice(1))
    const errors = (await findings(scopeOf([]))).filter(({ level }) => level === 'error')
    expect(errors).toHaveLength(1)
    expect(errors[0]?.message).toContain(readOnlyScopes[0])
    expect(errors[0]?.remedy).toContain('Domain-wide delegation')
  })

  const forbidden: GoogleFault = {
    kind: 'answer',
    status: 403,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      error: { code: 403, message: 'Not Authorized', errors: [{ domain: 'global', reason: 'forbidden' }] },
    }),
  }
  test.each([
    ['users', '/users', 'google-users', 'Users → Read'],
    ['groups', '/groups', 'google-groups', 'Groups → Read'],
    ['members', '/members', 'google-members', 'Groups → Read'],
  ])(
    'names the right that the administrator lacks, and where it is given: %s',
    async (_, path, check, remedy) => {
      company()
      failing(path, forbidden)
      const found = (await findings(scopeOf(['roster@corp.example']))).filter(({ level }) => level !== 'ok')
      expect(found).toMatchObject([
        { level: 'error', check, message: expect.stringContaining('GOOGLE_FORBIDDEN') as string },
      ])
      expect(found[0]?.remedy).toContain(remedy)
    },
  )

  test('a customer that is not the administrator’s', async () => {
    const { source } = googleSourceTo(google, scopeOf([]), { customer: 'C0nobody' })
    const found = (await source.check(signal)).filter(({ level }) => level !== 'ok')
    await source.close()
    expect(found.map(({ check }) => check)).toEqual(['google-customer'])
    expect(found[0]?.remedy).toContain('my_customer')
  })

  test('a tenant without a group has none to try', async () => {
    const found = await findings(scopeOf([]))
    expect(found.every(({ level }) => level === 'ok')).toBe(true)
    expect(found.map(({ check }) => check)).not.toContain('google-members')
  })

  test('none of the SCIM groups is there', async () => {
    company()
    const found = (await findings(scopeOf(['x', 'y']))).filter(({ level }) => level === 'error')
    expect(found.map(({ check }) => check)).toEqual([
      'google-scim-group',
      'google-scim-group',
      'google-scim-groups',
    ])
    expect(found.every(({ remedy }) => remedy !== '')).toBe(true)
  })

  test('names the SCIM group that is not there', async () => {
    company()
    const errors = (await findings(scopeOf(['Roster', 'Ghosts']))).filter(({ level }) => level === 'error')
    expect(errors).toHaveLength(1)
    expect(errors[0]?.message).toContain('Ghosts')
  })
})
