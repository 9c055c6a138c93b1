import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createAuthority } from '../../fixtures/certificate.ts'
import { freePort } from '../../fixtures/free-port.ts'
import { startServer } from './process.ts'

export interface Pushgateway {
  readonly url: string
  readonly address: string
  /** What a scrape of it gets. */
  metrics(): Promise<string>
  readonly stop: () => Promise<void>
}

const open = { '--persistence.file': '', '--log.level': 'error' }
const flags = (given: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries({ ...open, ...given }).map(([name, value]) => `${name}=${value}`)

/** A real Pushgateway on loopback, without a memory that outlives it. */
export const startPushgateway = async (prefix = ''): Promise<Pushgateway> => {
  const address = `127.0.0.1:${await freePort()}`
  const url = `http://${address}${prefix}`
  const metrics = async (): Promise<string> => (await fetch(`${url}/metrics`)).text()
  const { stop } = await startServer(
    'prometheus-pushgateway',
    flags({ '--web.listen-address': address, ...(prefix !== '' && { '--web.route-prefix': prefix }) }),
    async () => (await metrics()) !== '',
  )
  return { url, address, metrics, stop }
}

export const USERNAME = 'ann'
export const PASSWORD = 'the-password-of-the-gateway'
/** Its bcrypt hash, as `htpasswd -nbBC 4` makes it. */
const HASH = '$2b$04$abcdefghijklmnopqrstuuI2lIWN1V41mAozmemn18TnJkva1dGDa'

/** One that asks for a password, and has a certificate from an authority of its own, which is in `caFile`. */
export const startGuardedPushgateway = async (): Promise<Pushgateway & { readonly caFile: string }> => {
  const folder = await mkdtemp(join(tmpdir(), 'pushgateway-'))
  const authority = createAuthority('Gateway')
  const { certificate, key } = authority.issue(['127.0.0.1'])
  const files = { 'ca.pem': authority.certificate, 'cert.pem': certificate, 'key.pem': key }
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  await writeFile(
    join(folder, 'web.yml'),
    [
      'tls_server_config: {cert_file: cert.pem, key_file: key.pem}',
      `basic_auth_users: {${USERNAME}: '${HASH}'}`,
    ].join('\n'),
  )
  const address = `127.0.0.1:${await freePort()}`
  const url = `https://${address}`
  const metrics = (): Promise<string> =>
    new Promise((resolve, reject) => {
      request(`${url}/metrics`, { ca: authority.certificate, auth: `${USERNAME}:${PASSWORD}` }, (answer) => {
        text(answer).then(resolve, reject)
      })
        .once('error', reject)
        .end()
    })
  const { stop } = await startServer(
    'prometheus-pushgateway',
    flags({ '--web.listen-address': address, '--web.config.file': join(folder, 'web.yml') }),
    async () => (await metrics()).includes('pushgateway_build_info'),
  )
  return {
    url,
    address,
    caFile: join(folder, 'ca.pem'),
    metrics,
    stop: async () => {
      await stop()
      await rm(folder, { recursive: true })
    },
  }
}
