import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createPlainServer } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startGoogleEmulator, type GoogleEmulator } from '../../src/emulators/google/google-emulator.ts'
import { createActiveDirectorySource } from '../../src/source/active-directory/active-directory-source.ts'
import { createAuthority, type Identity } from '../fixtures/certificate.ts'
import { domain, group, person, userDn } from '../fixtures/ldap-stub/objects.ts'
import { startLdapStub } from '../fixtures/ldap-stub/server.ts'
import { failureOf, sourceOptions } from '../fixtures/ldap-stub/source.ts'
import { program } from '../fixtures/program.ts'
import { scimTargetTo } from '../fixtures/scim-target.ts'

// A certificate that is not that of the host that was asked for: no credential goes there, from any of the three clients.

const authority = createAuthority('Ours')
const day = 86_400_000
const between = (from: number, to: number) => ({
  from: new Date(Date.now() + from * day),
  to: new Date(Date.now() + to * day),
})
const right: readonly [string, Identity] = ['its own', authority.issue(['localhost'])]
const wrong: readonly (readonly [string, Identity])[] = [
  ['another name', authority.issue(['dc1.corp.example'])],
  ['a wildcard of another domain', authority.issue(['*.corp.example'])],
  ['a wildcard of everything', authority.issue(['*'])],
  ['a wildcard of a part of the name', authority.issue(['local*'])],
  ['a wildcard of names below it', authority.issue(['*.localhost'])],
  ['the name below another', authority.issue(['localhost.evil.example'])],
  ['the name and a nul', authority.issue(['localhost\u0000.evil.example'])],
  ['the right name, by another authority', createAuthority('Ours').issue(['localhost'])],
  ['the right name, by itself', createAuthority('localhost')],
  ['the right name, expired', authority.issue(['localhost'], between(-30, -1))],
  ['the right name, not yet valid', authority.issue(['localhost'], between(1, 30))],
]

const folder = mkdtempSync(join(tmpdir(), 'wrong-certificates-'))
const caFile = join(folder, 'ca.pem')
const credentialsFile = join(folder, 'credentials.json')
let google: GoogleEmulator
beforeAll(async () => {
  writeFileSync(caFile, authority.certificate)
  google = await startGoogleEmulator()
  google.directory.addUser({ primaryEmail: 'admin@corp.example', isAdmin: true })
  writeFileSync(credentialsFile, google.credentials(), { mode: 0o600 })
  writeFileSync(join(folder, 'people.json'), '{"users":[],"groups":[]}')
})
afterAll(async () => {
  await google.close()
  rmSync(folder, { recursive: true })
})

const listening = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** Says what it heard. */
const hearing = async (identity: Identity, body = '{"totalResults":0}') => {
  const heard: string[] = []
  const server = createServer({ cert: identity.certificate, key: identity.key }, (request, response) => {
    heard.push(request.url ?? '')
    response.writeHead(200, { 'content-type': 'application/json' }).end(body)
  })
  const port = await listening(server)
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { heard, port, close }
}

test.each([right, ...wrong])('a SCIM endpoint with the certificate of %s', async (name, identity) => {
  const { heard, port, close } = await hearing(identity)
  const { target, events } = scimTargetTo({ url: `https://localhost:${port}/scim`, token: 't' }, { caFile })
  const read = target.read(new AbortController().signal)
  try {
    if (name === right[0]) expect(await read).toEqual({ users: [], groups: [] })
    else {
      await expect(read).rejects.toMatchObject({ code: 'SCIM_TLS', failure: 'unreachable' })
      expect([heard, events.length]).toEqual([[], 1])
    }
  } finally {
    await target.close()
    await close()
  }
})

const objects = [domain, person('ann'), group('roster', [userDn('ann')])]

test.each(
  (['ldaps', 'startTls'] as const).flatMap((tls) =>
    [right, ...wrong].map(([name, identity]) => [name, tls, identity] as const),
  ),
)('a domain controller with the certificate of %s, by %s', async (name, tls, identity) => {
  const stub = await startLdapStub({ objects, tls, identity })
  const source = createActiveDirectorySource(
    sourceOptions({
      url: [`${tls === 'ldaps' ? 'ldaps' : 'ldap'}://localhost:${stub.port}`],
      startTls: tls === 'startTls',
      allowInsecure: false,
      caFile,
    }),
  )
  try {
    if (name === right[0]) {
      expect((await source.read(new AbortController().signal)).users).toHaveLength(1)
    } else {
      const error = await failureOf(() => source.read(new AbortController().signal))
      expect([error.code, error.failure, stub.binds]).toEqual(['AD_CERTIFICATE', 'unreachable', []])
    }
  } finally {
    await source.close()
    await stub.close()
  }
})

const pushFrom = (rootUrl: string) =>
  program(['push', '-o', 'none', '--log-format', 'json'], {
    SCIM_PUSH_SOURCE_TYPE: 'google',
    SCIM_PUSH_SOURCE_GOOGLE_ADMIN_EMAIL: 'admin@corp.example',
    SCIM_PUSH_SOURCE_GOOGLE_CREDENTIALS_FILE: credentialsFile,
    SCIM_PUSH_SOURCE_GOOGLE_ROOT_URL: rootUrl,
    SCIM_PUSH_SOURCE_GOOGLE_TOKEN_URL: google.tokenUrl,
    SCIM_PUSH_TARGET_URL: 'http://127.0.0.1:1/scim',
    SCIM_PUSH_TARGET_TOKEN: 't',
    NODE_EXTRA_CA_CERTS: caFile,
  })

// Each is a process of its own, since what Node trusts is decided when it starts.
const someWrong = wrong.filter(([name]) => /of another domain|by another|expired/.test(name))
test.each([right, ...someWrong])(
  'Google behind the certificate of %s',
  { timeout: 60_000 },
  async (name, identity) => {
    const { heard, port, close } = await hearing(identity, '{}')
    const { code, stderr } = await pushFrom(`https://localhost:${port}/`)
    await close()
    expect(code).not.toBe(0)
    if (name === right[0]) expect(heard.length).toBeGreaterThan(0)
    else {
      expect([heard, code]).toEqual([[], 69])
      expect(stderr).toMatch(/"code":"GOOGLE_UNAVAILABLE".*(CERT|VERIFY)/)
    }
  },
)

test.each([301, 302, 307, 308])(
  'Google that redirects (%i) to another host sends no token there',
  { timeout: 60_000 },
  async (status) => {
    const heard: string[] = []
    const other = createPlainServer((request, response) => {
      heard.push(request.headers.authorization ?? 'without a token')
      response.end('{}')
    })
    const to = await listening(other)
    const redirecting = createPlainServer((_, response) => {
      response.writeHead(status, { location: `http://localhost:${to}/` }).end()
    })
    const port = await listening(redirecting)
    const { code, stderr } = await pushFrom(`http://127.0.0.1:${port}/`)
    for (const server of [other, redirecting]) {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
    expect([heard, code === 0]).toEqual([[], false])
    expect(stderr).toMatch(/"code":"(GOOGLE|SCIM)_/)
  },
)
