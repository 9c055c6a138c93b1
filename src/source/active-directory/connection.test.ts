import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { Secret } from '../../lib/secret.ts'
import { createAuthority } from '../../../test/fixtures/certificate.ts'
import { domain, group, person, userDn } from '../../../test/fixtures/ldap-stub/objects.ts'
import { startLdapStub, type LdapStub, type StubOptions } from '../../../test/fixtures/ldap-stub/server.ts'
import {
  failureOf,
  sourceOptions,
  summary,
  type SourceOverrides,
} from '../../../test/fixtures/ldap-stub/source.ts'
import { createActiveDirectorySource } from './active-directory-source.ts'

const objects = [domain, person('ann'), group('sales', [userDn('ann')]), group('roster', [userDn('ann')])]
const authority = createAuthority('Corp CA')
const files = mkdtempSync(join(tmpdir(), 'scim-push-ad-'))
const caFile = join(files, 'ca.pem')
writeFileSync(caFile, authority.certificate)
const otherCaFile = join(files, 'other.pem')
writeFileSync(otherCaFile, createAuthority('Another CA').certificate)
afterAll(() => rmSync(files, { recursive: true }))

const withStubs = async <T>(
  options: readonly Partial<StubOptions>[],
  work: (stubs: readonly LdapStub[]) => Promise<T>,
): Promise<T> => {
  const stubs = await Promise.all(options.map((one) => startLdapStub({ objects, ...one })))
  try {
    return await work(stubs)
  } finally {
    await Promise.all(stubs.map((stub) => stub.close()))
  }
}

const read = async (overrides: SourceOverrides) => {
  const source = createActiveDirectorySource(sourceOptions(overrides))
  try {
    return summary(await source.read(new AbortController().signal))
  } finally {
    await source.close()
  }
}

const secure = { allowInsecure: false, caFile }
const localhost = authority.issue(['localhost'])

describe('TLS', () => {
  test('ldaps with a CA file', () =>
    withStubs([{ tls: 'ldaps', identity: localhost }], async ([stub]) => {
      const { users } = await read({ url: [`ldaps://localhost:${stub!.port}`], ...secure })
      expect(users).toEqual(['ann'])
      expect(stub!.binds).toEqual([{ user: 'CORP\\svc', encrypted: true }])
    }))

  test('ldaps by IP address, which must not be a server name', () =>
    withStubs([{ tls: 'ldaps', identity: authority.issue(['127.0.0.1']) }], async ([stub]) => {
      const warnings = vi.fn()
      process.on('warning', warnings)
      expect((await read({ url: [`ldaps://127.0.0.1:${stub!.port}`], ...secure })).users).toEqual(['ann'])
      await new Promise(setImmediate)
      process.off('warning', warnings)
      expect(warnings).not.toHaveBeenCalled()
    }))

  test('StartTLS: the bind comes after it', () =>
    withStubs([{ tls: 'startTls', identity: localhost }], async ([stub]) => {
      const url = [`ldap://localhost:${stub!.port}`]
      expect((await read({ url, startTls: true, ...secure })).users).toEqual(['ann'])
      expect(stub!.binds).toEqual([{ user: 'CORP\\svc', encrypted: true }])
    }))

  test('StartTLS that is refused sends no password', () =>
    withStubs([{}], async ([stub]) => {
      const url = [`ldap://localhost:${stub!.port}`]
      const error = await failureOf(() => read({ url, startTls: true, ...secure }))
      expect(error.code).toBe('AD_UNREACHABLE')
      expect(error.message).toContain('StartTLS was refused: unavailable (52)')
      expect(stub!.binds).toEqual([])
    }))

  test.each([
    [
      'of an unknown authority',
      { tls: 'ldaps' as const, identity: localhost },
      otherCaFile,
      'unable to verify',
    ],
    [
      'of an unknown authority, no CA file',
      { tls: 'ldaps' as const, identity: localhost },
      '',
      'unable to verify',
    ],
    [
      'for another host',
      { tls: 'ldaps' as const, identity: authority.issue(['dc9.corp.example']) },
      caFile,
      "Host: localhost. is not in the cert's altnames",
    ],
    [
      'for another host, StartTLS',
      { tls: 'startTls' as const, identity: authority.issue(['dc9.corp.example']) },
      caFile,
      "is not in the cert's altnames",
    ],
    [
      'that has expired',
      {
        tls: 'ldaps' as const,
        identity: authority.issue(['localhost'], { from: new Date(0), to: new Date(1e12) }),
      },
      caFile,
      'certificate has expired',
    ],
  ])('a certificate %s: no password, no retry, and what to do', (_, stubOptions, ca, said) =>
    withStubs([stubOptions], async ([stub]) => {
      const scheme = stubOptions.tls === 'ldaps' ? 'ldaps' : 'ldap'
      const error = await failureOf(() =>
        read({
          url: [`${scheme}://localhost:${stub!.port}`],
          startTls: stubOptions.tls === 'startTls',
          allowInsecure: false,
          caFile: ca,
        }),
      )
      expect(error.code).toBe('AD_CERTIFICATE')
      expect(error.message).toContain(said)
      expect(error.remedy).toContain('caFile')
      expect(stub!.binds).toEqual([])
    }),
  )

  test('NODE_TLS_REJECT_UNAUTHORIZED does not switch verification off', () =>
    withStubs([{ tls: 'ldaps', identity: localhost }], async ([stub]) => {
      vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
      const reading = read({ url: [`ldaps://localhost:${stub!.port}`], allowInsecure: false })
      await expect(reading).rejects.toMatchObject({ code: 'AD_CERTIFICATE' })
      vi.unstubAllEnvs()
    }))

  test('a CA file that is not there, or is no PEM', async () => {
    const der = join(files, 'ca.der')
    writeFileSync(der, Buffer.from([0x30, 0x82]))
    for (const file of [join(files, 'none.pem'), der]) {
      const error = await failureOf(() =>
        createActiveDirectorySource(sourceOptions({ url: ['dc1'], caFile: file })),
      )
      expect(error).toMatchObject({ code: 'AD_CA_FILE', failure: 'config', where: file })
    }
  })
})

describe('the bind', () => {
  test('in the clear is refused before anything is sent (D:75)', () =>
    withStubs([{}], ([stub]) => {
      expect(() =>
        createActiveDirectorySource(
          sourceOptions({ url: [`ldap://127.0.0.1:${stub!.port}`], allowInsecure: false }),
        ),
      ).toThrow(expect.objectContaining({ code: 'AD_CLEAR_BIND' }))
      expect(stub!.connections()).toBe(0)
      return Promise.resolve()
    }))

  test.each([
    ['password', { password: new Secret('') }],
    ['user', { user: ' ' }],
  ])('an empty %s would pass as nobody, and is refused', (field, overrides) => {
    expect(() => createActiveDirectorySource(sourceOptions({ url: ['dc1'], ...overrides }))).toThrow(
      expect.objectContaining({
        code: 'AD_CREDENTIALS_MISSING',
        where: `spec.source.activeDirectory.${field}`,
      }),
    )
  })

  test('a wrong password is sent once, to one domain controller', () =>
    withStubs([{}, {}], async (stubs) => {
      const error = await failureOf(() =>
        read({ url: stubs.map(({ port }) => `ldap://127.0.0.1:${port}`), password: new Secret('hunter2') }),
      )
      expect(error).toMatchObject({ code: 'AD_BIND_REFUSED', failure: 'credentials' })
      expect(error.message).toContain('user or password is wrong')
      expect(inspect(error)).not.toContain('hunter2')
      expect(stubs.map(({ binds }) => binds.length)).toEqual([1, 0])
    }))

  test.each([
    ['525', 'no such user'],
    ['52e', 'user or password is wrong'],
    ['530', 'at this time'],
    ['531', 'from this computer'],
    ['532', 'password has expired'],
    ['533', 'is disabled'],
    ['701', 'account has expired'],
    ['773', 'must change its password'],
    ['775', 'is locked'],
    ['abc', 'invalidCredentials (49)'],
  ])('data %s is told as: %s', (data, said) =>
    withStubs(
      [{ bind: () => ({ status: 49, diagnostic: `AcceptSecurityContext error, data ${data}, v4563\0` }) }],
      async ([stub]) => {
        const error = await failureOf(() => read({ url: [`ldap://127.0.0.1:${stub!.port}`] }))
        expect(error.code).toBe('AD_BIND_REFUSED')
        expect(error.message).toContain(said)
      },
    ),
  )

  test.each([8, 13])('a server that wants encryption (%i) is told apart from a wrong password', (status) =>
    withStubs([{ bind: () => ({ status, diagnostic: 'encrypt first' }) }], async ([stub]) => {
      await expect(read({ url: [`ldap://127.0.0.1:${stub!.port}`] })).rejects.toMatchObject({
        code: 'AD_ENCRYPTION_REQUIRED',
        failure: 'config',
      })
    }),
  )
})

describe('several URLs', () => {
  test('one that is down is passed over', () =>
    withStubs([{}], async ([stub]) => {
      const { users } = await read({ url: ['ldap://127.0.0.1:1', `ldap://127.0.0.1:${stub!.port}`] })
      expect(users).toEqual(['ann'])
    }))

  test('one with a wrong certificate is passed over', () =>
    withStubs(
      [
        { tls: 'ldaps', identity: createAuthority('Another CA').issue(['localhost']) },
        { tls: 'ldaps', identity: localhost },
      ],
      async (stubs) => {
        const { users } = await read({ url: stubs.map(({ port }) => `ldaps://localhost:${port}`), ...secure })
        expect(users).toEqual(['ann'])
        expect(stubs.map(({ binds }) => binds.length)).toEqual([0, 1])
      },
    ))

  test('one that is busy is passed over', () =>
    withStubs([{ bind: () => ({ status: 51, diagnostic: '' }) }, {}], async (stubs) => {
      const { users } = await read({ url: stubs.map(({ port }) => `ldap://127.0.0.1:${port}`) })
      expect(users).toEqual(['ann'])
    }))

  test('one that is down and one with a wrong certificate: the first may come back', () =>
    withStubs([{ tls: 'ldaps', identity: localhost }], async ([stub]) => {
      const url = ['ldaps://localhost:1', `ldaps://localhost:${stub!.port}`]
      const error = await failureOf(() => read({ url, allowInsecure: false }))
      expect(error.code).toBe('AD_UNREACHABLE')
      expect(error.message).toMatch(/ECONNREFUSED.*unable to verify/)
    }))

  test('when all are down, the error says what each of them said', async () => {
    const error = await failureOf(() => read({ url: ['ldap://127.0.0.1:1', 'ldap://localhost:2'] }))
    expect(error).toMatchObject({ code: 'AD_UNREACHABLE', failure: 'unreachable' })
    expect(error.message).toMatch(/127\.0\.0\.1:1: .*ECONNREFUSED.*; ldap:\/\/localhost:2: .*ECONNREFUSED/)
  })

  test('a server that takes the connection and says nothing does not hold the run up', async () => {
    const mute = createServer(() => undefined)
    mute.listen(0, '127.0.0.1')
    await once(mute, 'listening')
    const { port } = mute.address() as AddressInfo
    const timeouts = { connectMs: 50, answerMs: 50, searchSeconds: 1 }
    for (const url of [`ldap://127.0.0.1:${port}`, `ldaps://127.0.0.1:${port}`]) {
      const error = await failureOf(() => read({ url: [url], timeouts }))
      expect(error.code).toBe('AD_UNREACHABLE')
      expect(error.message).toContain('within 50 ms')
    }
    mute.close()
  })
})
