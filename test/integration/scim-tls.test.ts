import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAuthority } from '../fixtures/certificate.ts'
import { program } from '../fixtures/program.ts'
import { scimTargetTo } from '../fixtures/scim-target.ts'

const signal = new AbortController().signal
const ours = createAuthority('Ours')
let directory: string
let server: Server
let hits = 0
beforeEach(() => {
  hits = 0
  directory = mkdtempSync(join(tmpdir(), 'scim-tls-'))
})
afterEach(async () => {
  rmSync(directory, { recursive: true })
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

/** An empty SCIM endpoint whose certificate is for `name`; and a CA file. */
const serve = async (name: string, caOf = ours) => {
  const { certificate, key } = ours.issue([name])
  server = createServer({ cert: certificate, key }, (_request, response) => {
    hits++
    response.writeHead(200, { 'content-type': 'application/scim+json' }).end('{"totalResults":0}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const caFile = join(directory, 'ca.pem')
  writeFileSync(caFile, caOf.certificate)
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/scim`, token: 't', caFile }
}

test('an authority from caFile is trusted', async () => {
  const { caFile, ...to } = await serve('127.0.0.1')
  const { target } = scimTargetTo(to, { caFile })
  expect(await target.read(signal)).toEqual({ users: [], groups: [] })
  const findings = await target.check(signal)
  expect(findings.find(({ check }) => check === 'scim-tls')).toMatchObject({
    level: 'ok',
    message: 'the certificate was verified',
  })
  await target.close()
})

test.each<[string, string, 'none' | 'other' | 'ours']>([
  ['an authority that nobody knows', '127.0.0.1', 'none'],
  ['another authority', '127.0.0.1', 'other'],
  ['the certificate of another host', 'scim.example', 'ours'],
])('%s is refused at once, and the token is not sent', async (_, name, ca) => {
  const { caFile, ...to } = await serve(name, ca === 'other' ? createAuthority('Other') : ours)
  const { target, events } = scimTargetTo(to, ca === 'none' ? {} : { caFile })
  await expect(target.read(signal)).rejects.toMatchObject({ code: 'SCIM_TLS', failure: 'unreachable' })
  expect(hits).toBe(0)
  expect(events).toHaveLength(1)
  await target.close()
})

test('a CA file that is not there', async () => {
  const to = await serve('127.0.0.1')
  expect(() => scimTargetTo(to, { caFile: join(directory, 'missing.pem') })).toThrow(
    expect.objectContaining({ code: 'SCIM_TLS', where: 'target.caFile' }) as Error,
  )
})

test('NODE_EXTRA_CA_CERTS counts beside caFile: a bundle for the whole cluster, and one for the endpoint', async () => {
  const { url, caFile } = await serve('127.0.0.1')
  const otherFile = join(directory, 'other.pem')
  writeFileSync(otherFile, createAuthority('Other').certificate)
  const people = join(directory, 'people.json')
  writeFileSync(people, '{"users":[],"groups":[]}')
  const check = (extra: Readonly<Record<string, string>>) =>
    program(['check', '-o', 'json'], {
      SCIM_PUSH_SOURCE_TYPE: 'records',
      SCIM_PUSH_SOURCE_RECORDS_FILE: people,
      SCIM_PUSH_TARGET_URL: url,
      SCIM_PUSH_TARGET_TOKEN: 't',
      SCIM_PUSH_TARGET_CA_FILE: otherFile,
      ...extra,
    })
  expect((await check({})).stdout).toContain('SCIM_TLS')
  expect((await check({ NODE_EXTRA_CA_CERTS: caFile })).stdout).toContain('the certificate was verified')
})
