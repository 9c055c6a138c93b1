import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildProgram } from '../fixtures/bundle.ts'
import { directoryCompany } from '../fixtures/crash-directory.ts'
import { isWrite, sweep, type Theatre } from '../fixtures/crash-sweep.ts'

// As crash.test.ts, from Active Directory: killed at every request to the domain controller and to the target.

let theatre: Theatre
let built: Awaited<ReturnType<typeof buildProgram>>
beforeAll(async () => {
  built = await buildProgram()
  theatre = { program: built, company: directoryCompany }
})
afterAll(() => built.remove())

const isLdap = (name: string): boolean => name.startsWith('ldap ')

describe('killed at every request, with Active Directory as the source', () => {
  test(
    'keeper: to the domain controller before and after it, to the target after it',
    { timeout: 600_000 },
    async () => {
      const names = await sweep(theatre, {
        style: 'keeper',
        removal: 'deactivate',
        momentsOf: (name) => (isLdap(name) ? ['arrived', 'handled'] : ['handled']),
      })
      expect(names.filter((name) => name.startsWith('ldap bind'))).toHaveLength(1)
      expect(names.filter(isLdap).length).toBeGreaterThan(8)
      expect(names.filter(isWrite).length).toBeGreaterThan(10)
    },
  )

  test('rfc7644: to the target after it', { timeout: 600_000 }, async () => {
    const names = await sweep(theatre, {
      style: 'rfc7644',
      removal: 'delete',
      momentsOf: (name) => (isLdap(name) ? [] : ['handled']),
    })
    expect(names.filter(isWrite).length).toBeGreaterThan(10)
  })
})
