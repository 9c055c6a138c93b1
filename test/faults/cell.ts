import { apiErrorBody } from '../../src/emulators/google/google-error.ts'
import type { GoogleFault } from '../../src/emulators/google/google-emulator.ts'
import type { KeyPair } from '../../src/emulators/google/service-account.ts'
import type { Fault } from '../../src/emulators/faults.ts'
import { isObject } from '../../src/lib/json.ts'
import { changeCompany } from './company.ts'
import type { FaultId } from './faults.ts'
import { httpFault, scimError, type ErrorBody } from './http-faults.ts'
import type { MatrixRequestId } from './matrix.ts'
import type { How } from './promise.ts'
import { requests } from './requests.ts'
import { createStage, type Inject, type Stage } from './stage.ts'
import type { Setting, World } from './world.ts'

export interface Cell {
  readonly request: MatrixRequestId
  readonly fault: FaultId
  readonly how: How
}

interface Seen {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
}

const settingOf = ({ request, fault }: Cell): Setting => {
  const tls = fault === 'certificate expired'
  const remove = request === 'DELETE user' ? 'delete' : 'deactivate'
  if (request === 'one user') return { scope: 'few', remove, tls, bulk: false }
  return { scope: /^(users|groups) page/.test(request) ? 'everyone' : 'roster', remove, tls, bulk: false }
}

/** Whether a request is the one that a cell is about. */
const isIt = (id: MatrixRequestId, world: World): ((seen: Seen) => boolean) => {
  const { google, keeper } = world
  const api = (path: string) => `/admin/directory/v1/${path}`
  const group = (name: string): string => google.directory.findGroup(`${name}@corp.example`)?.id ?? ''
  const user = (name: string): string => google.directory.findUser(`${name}@corp.example`)?.id ?? ''
  const account = (name: string): string => keeper.state.userByName(`${name}@corp.example`)?.id ?? ''
  const first = ({ query }: Seen): boolean => query['pageToken'] === undefined
  const starts = ({ query }: Seen, at: 'first' | 'later'): boolean =>
    query['filter'] === undefined && (query['startIndex'] === '1') === (at === 'first')
  const on = (method: string, path: string) => (seen: Seen) =>
    seen.method === method && (path.endsWith('/') ? seen.path.startsWith(path) : seen.path === path)
  switch (id) {
    case 'token':
      return ({ path }) => path === '/token'
    case 'users page 1':
    case 'listed users':
      return (seen) => seen.path === api('users') && first(seen)
    case 'users page 2':
      return (seen) => seen.path === api('users') && !first(seen)
    case 'groups page 1':
      return (seen) => seen.path === api('groups') && first(seen)
    case 'groups page 2':
      return (seen) => seen.path === api('groups') && !first(seen)
    case 'SCIM group':
      return ({ path }) => decodeURIComponent(path) === api('groups/roster@corp.example')
    case 'nested group':
      return ({ path }) => path === api(`groups/${group('ops')}`)
    case 'members page 1':
      return (seen) => seen.path === api(`groups/${group('sales')}/members`) && first(seen)
    case 'members page 2':
      return (seen) => seen.path === api(`groups/${group('sales')}/members`) && !first(seen)
    case 'one user':
      return ({ path }) => path === api(`users/${user('hal')}`)
    case 'GET config':
      return on('GET', '/ServiceProviderConfig')
    case 'GET users page 1':
      return (seen) => on('GET', '/Users')(seen) && starts(seen, 'first')
    case 'GET users page 2':
      return (seen) => on('GET', '/Users')(seen) && starts(seen, 'later')
    case 'GET groups page 1':
      return (seen) => on('GET', '/Groups')(seen) && starts(seen, 'first')
    case 'GET groups page 2':
      return (seen) => on('GET', '/Groups')(seen) && starts(seen, 'later')
    case 'POST group':
      return on('POST', '/Groups')
    case 'POST user':
      return on('POST', '/Users')
    case 'look-up':
      return ({ query }) => query['filter'] !== undefined
    case 'PATCH group':
      return on('PATCH', '/Groups/')
    case 'PATCH deactivation':
      return on('PATCH', `/Users/${account('eve')}`)
    case 'PATCH user':
      return on('PATCH', `/Users/${account('dan')}`)
    case 'PATCH membership':
      return on('PATCH', `/Users/${account('bob')}`)
    case 'DELETE group':
      return on('DELETE', '/Groups/')
    case 'DELETE user':
      return on('DELETE', '/Users/')
  }
}

const googleReasons: Readonly<Record<number, string>> = {
  401: 'authError',
  403: 'forbidden',
  404: 'notFound',
  429: 'rateLimitExceeded',
}
const googleError: ErrorBody = (status) =>
  apiErrorBody(status, googleReasons[status] ?? 'backendError', 'as the test wants it')
const tokenError: ErrorBody = () => ({ error: 'temporarily_unavailable' })

/** Puts the fault into the world, and counts how often it hit. */
const inject =
  ({ request, fault, how }: Cell): Inject =>
  (world) => {
    const side = requests[request].service === 'google' ? world.google : world.keeper
    const it = isIt(request, world)
    const pages = new Map<string, readonly unknown[]>()
    let hits = 0
    let lost = false
    const remember = (path: string): Fault => ({
      kind: 'alter',
      alter: (own) => {
        const lists = isObject(own.body) ? Object.values(own.body).filter(Array.isArray) : []
        const items: readonly unknown[] | undefined = lists.find((list) => list.some(isObject))
        if (items && !pages.has(path)) pages.set(path, items)
        return own
      },
    })
    const plan = (seen: Seen): GoogleFault => {
      // What is looked up is a POST whose answer was lost.
      if (request === 'look-up' && !lost && seen.method === 'POST') {
        lost = true
        return { kind: 'drop-after' }
      }
      const hit = it(seen) ? hits === 0 || how === 'from then on' : hits > 0 && how === 'from then on'
      if (!hit) return remember(seen.path)
      hits++
      if (fault === 'token of the page') return { kind: 'list', fault: 'repeat' }
      if (fault === 'page empty' && side === world.google) return { kind: 'list', fault: 'empty' }
      const made = httpFault(fault, {
        nowMs: world.clock.now(),
        errorBody: side === world.keeper ? scimError : seen.path === '/token' ? tokenError : googleError,
        pageBefore: pages.get(seen.path) ?? [],
      })
      if (made.kind !== 'refuse') return made
      if (fault === 'certificate expired') world.expire(requests[request].service, true)
      else void side.setListening(false)
      return { kind: 'drop-before' }
    }
    // The service that was away once is back as soon as somebody has found it away.
    world.watch(({ retry }) => {
      if (how === 'once' && (retry === 'refused' || retry === 'ECONNREFUSED')) void side.setListening(true)
    })
    world.google.setFaults(side === world.google ? plan : null)
    world.keeper.setFaults(
      side === world.keeper
        ? (seen) => {
            const made = plan(seen)
            return made.kind === 'list' ? null : made
          }
        : null,
    )
    return () => hits
  }

export const startStage = (keyPair: KeyPair): Stage<Cell> =>
  createStage(keyPair, {
    settingOf,
    change: (world, { scope }) => {
      if (scope === 'few') changeFew(world)
      else changeCompany(world.google)
    },
    inject,
  })

const changeFew = ({ google: { directory } }: World): void => {
  directory.addUser({ primaryEmail: 'joy@corp.example', givenName: 'joy', familyName: 'Doe' })
  directory.addMember('tiny@corp.example', 'joy@corp.example')
  directory.removeMember('tiny@corp.example', 'guy@corp.example')
}
