// A process of its own: starts one emulator with what the order (JSON, the first argument) says, tells over IPC where it is, and on
// `report` what it has seen. Ends with its parent.
import { startGoogleEmulator } from '../../src/emulators/google/google-emulator.ts'
import { startKeeperEmulator, type KeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import type { Traffic } from '../../src/emulators/traffic.ts'
import { MAX_OPERATIONS } from './bound.ts'
import { ADMIN, digestOf, groupOf, peopleOf, type Size, type State } from './company.ts'
import type { Conditions } from './workload.ts'

export interface Order extends Conditions {
  readonly system: 'keeper' | 'google'
  readonly size: Size
  readonly state: State | 'empty'
  /** Whether Keeper offers Bulk. */
  readonly bulk: boolean
}

/** What an emulator says when it listens: the settings of its part as environment variables of ours, by their names. */
export interface Ready {
  readonly env: Readonly<Record<string, string>>
}

export interface Seen extends Traffic {
  /** By method; `TOKEN` for Google's token endpoint. */
  readonly requests: Readonly<Record<string, number>>
  /** Of the people who have access; empty for Google. */
  readonly digest: string
}

/** What Keeper's own endpoint offers. */
const BULK = { maxOperations: MAX_OPERATIONS, maxPayloadSize: 1_048_576 }

interface Emulator {
  readonly env: Readonly<Record<string, string>>
  readonly methods: () => Iterable<string>
  readonly traffic: () => Traffic
  readonly digest: () => string
}

const keeper = async ({
  size,
  state,
  bulk,
  latencyMs,
  bulkOperationMs,
  atOnce,
}: Order): Promise<Emulator> => {
  const emulator = await startKeeperEmulator({
    latencyMs,
    maxAtOnce: atOnce,
    bulk: bulk ? BULK : null,
    bulkOperationMs,
    commanderSchemas: true,
  })
  if (state !== 'empty') fill(emulator, size, state)
  return {
    env: { SCIM_PUSH_TARGET_URL: emulator.url, SCIM_PUSH_TARGET_TOKEN: emulator.token },
    methods: () => emulator.requests.map((line) => line.slice(0, line.indexOf(' '))),
    traffic: () => emulator.traffic(),
    digest: () => digestOf(withAccess(emulator)),
  }
}

/** As an initial push leaves it. */
const fill = ({ state: node }: KeeperEmulator, size: Size, state: State): void => {
  const groups = Array.from({ length: size.groups }, (_, n) => {
    const { id, name } = groupOf(n)
    return node.addGroup({ displayName: name, externalId: id }).id
  })
  for (const { id, email, givenName, familyName, groups: into } of peopleOf(size, state))
    node.addUser({
      externalId: id,
      userName: email,
      displayName: `${givenName} ${familyName}`,
      givenName,
      familyName,
      groups: new Set(into.map((n) => groups[n] ?? '')),
    })
}

const withAccess = function* ({ state: node }: KeeperEmulator) {
  for (const { userName, active, groups } of node.users.values())
    if (active)
      yield { email: userName, groups: Array.from(groups, (id) => node.groups.get(id)?.displayName ?? id) }
}

const google = async ({ size, state, latencyMs, atOnce }: Order): Promise<Emulator> => {
  const emulator = await startGoogleEmulator({ latencyMs, maxAtOnce: atOnce })
  const { directory } = emulator
  if (state === 'empty') throw new Error('a tenant has somebody in it')
  for (let n = 0; n < size.groups; n++) directory.addGroup(groupOf(n))
  for (const { id, email, givenName, familyName, groups } of peopleOf(size, state)) {
    directory.addUser({ id, primaryEmail: email, givenName, familyName, isAdmin: email === ADMIN })
    for (const group of groups) directory.addMember(groupOf(group).id, id)
  }
  return {
    env: {
      SCIM_PUSH_SOURCE_GOOGLE_ADMIN_EMAIL: ADMIN,
      SCIM_PUSH_SOURCE_GOOGLE_CREDENTIALS: emulator.credentials(),
      SCIM_PUSH_SOURCE_GOOGLE_ROOT_URL: emulator.rootUrl,
      SCIM_PUSH_SOURCE_GOOGLE_TOKEN_URL: emulator.tokenUrl,
    },
    methods: () => emulator.requests.map(({ method, path }) => (path === '/token' ? 'TOKEN' : method)),
    traffic: () => emulator.traffic(),
    digest: () => '',
  }
}

const tally = (names: Iterable<string>): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

const order = JSON.parse(process.argv[2] ?? '') as Order
const emulator = await (order.system === 'keeper' ? keeper(order) : google(order))
process.on('message', () => {
  const seen: Seen = {
    ...emulator.traffic(),
    requests: tally(emulator.methods()),
    digest: emulator.digest(),
  }
  process.send?.(seen)
})
process.on('disconnect', () => process.exit())
process.send?.({ env: emulator.env } satisfies Ready)
