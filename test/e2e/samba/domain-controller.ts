import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { createAuthority } from '../../fixtures/certificate.ts'

const run = promisify(execFile)

export const ADMIN_PASSWORD = 'Adm1n.for-tests'
export const DOMAIN = 'DC=corp,DC=example,DC=com'

/** A real domain controller: Samba's, on loopback, with LDAP on 389 and 3268 and LDAPS on 636 and 3269. */
export interface DomainController {
  /** The authority that issued its certificate, which is for `localhost`. */
  readonly caFile: string
  /** An authority that did not. */
  readonly otherCaFile: string
  /** Changes entries, in LDIF, past the network and its checks. */
  modify(ldif: string): Promise<void>
  /** One attribute of the first entry that a filter finds. */
  lookUp(filter: string, attribute: string): Promise<string>
  stop(): Promise<void>
}

/**
 * Provisions a domain and starts its controller. Needs root and Debian's samba-ad-dc, samba-ad-provision and ldb-tools; what is missing fails,
 * nothing is skipped. Its own certificate names no `localhost`, so it gets one that does.
 */
export const startDomainController = async (load: string): Promise<DomainController> => {
  for (const tool of ['/usr/bin/samba-tool', '/usr/sbin/samba', '/usr/bin/ldbadd'])
    if (!existsSync(tool)) throw new Error(`${tool} is missing: run .ci/install as root`)
  if (await listens(389)) throw new Error('something else listens on port 389')

  const directory = await mkdtemp(join(tmpdir(), 'scim-push-samba-'))
  const target = join(directory, 'dc')
  await run('samba-tool', [
    ...['domain', 'provision', `--targetdir=${target}`, '--realm=CORP.EXAMPLE.COM', '--domain=CORP'],
    ...['--server-role=dc', '--dns-backend=NONE', `--adminpass=${ADMIN_PASSWORD}`, '--host-name=dc1'],
  ])

  const file = (name: string, text: string): string => {
    const path = join(directory, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  const authority = createAuthority('Corp Test CA')
  const identity = authority.issue(['localhost', 'dc1.corp.example.com'])
  const caFile = file('ca.pem', authority.certificate)
  const otherCaFile = file('other-ca.pem', createAuthority('Another CA').certificate)
  const configuration = join(target, 'etc', 'smb.conf')
  const settings = [
    ...['interfaces = lo', 'bind interfaces only = yes', 'server services = ldap', 'tls enabled = yes'],
    `tls keyfile = ${file('dc.key', identity.key)}`,
    `tls certfile = ${file('dc.pem', identity.certificate)}`,
    ...[`tls cafile = ${caFile}`, `pid directory = ${target}`, `ncalrpc dir = ${join(target, 'ncalrpc')}`],
    ...[`log file = ${join(target, 'log')}`],
  ]
  const given = readFileSync(configuration, 'utf8').replace(/^\s*(?:server services|log file) = .*\n/gm, '')
  writeFileSync(configuration, given.replace('[global]\n', `[global]\n\t${settings.join('\n\t')}\n`))
  mkdirSync(join(target, 'ncalrpc'), { recursive: true })

  const database = join(target, 'private', 'sam.ldb')
  const change = async (tool: 'ldbadd' | 'ldbmodify', ldif: string): Promise<void> => {
    const { stdout, stderr } = await run(tool, ['-H', database, file(`${tool}.ldif`, ldif)])
    // It ends with 0 even when it stopped half-way.
    const failure = /^.*(?:ERR|failed).*$/m.exec(`${stderr}${stdout}`)?.[0]
    if (failure !== undefined) throw new Error(failure)
  }
  await change('ldbadd', load)

  const server = spawn('/usr/sbin/samba', ['-s', configuration, '-i', '-M', 'single'], { stdio: 'ignore' })
  const controller: DomainController = {
    caFile,
    otherCaFile,
    modify: (ldif) => change('ldbmodify', ldif),
    async lookUp(filter, attribute) {
      const { stdout } = await run('ldbsearch', ['-H', database, filter, attribute])
      const value = new RegExp(`^${attribute}: (.+)$`, 'm').exec(stdout)?.[1]
      if (value === undefined) throw new Error(`${filter} has no ${attribute}`)
      return value
    },
    async stop() {
      await ended(server)
      await rm(directory, { recursive: true, force: true })
    },
  }
  try {
    await ready(server)
  } catch (error) {
    await controller.stop()
    throw error
  }
  return controller
}

const ready = async (server: ChildProcess): Promise<void> => {
  for (let tries = 0; tries < 300; tries++) {
    if (server.exitCode !== null) throw new Error(`samba ended with exit code ${server.exitCode}`)
    const open = await Promise.all([389, 636, 3268, 3269].map(listens))
    if (open.every(Boolean)) return
    await sleep(100)
  }
  throw new Error('samba does not listen')
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    const answer = (open: boolean): void => {
      socket.destroy()
      resolve(open)
    }
    socket.once('connect', () => answer(true))
    socket.once('error', () => answer(false))
  })

const ended = async (server: ChildProcess): Promise<void> => {
  if (server.exitCode !== null || server.signalCode !== null) return
  const exit = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGTERM')
  const timer = setTimeout(() => server.kill('SIGKILL'), 5000)
  await exit
  clearTimeout(timer)
}
