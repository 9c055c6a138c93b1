import { isDeepStrictEqual } from 'node:util'
import { loadConfig } from '../config/load.ts'
import type { GoogleEmulator } from '../emulators/google/google-emulator.ts'
import type { KeeperEmulator } from '../emulators/keeper/keeper-emulator.ts'
import { renderText } from '../report/text.ts'
import { expectedAtTarget } from './demo-expected.ts'
import { changeCompany, fillDirectory } from './demo-company.ts'
import { reconcile } from './reconcile.ts'
import { openSession } from './session.ts'

/** `scim-push demo` */
export const demo = async (stop: AbortSignal): Promise<number> => {
  const { startGoogleEmulator } = await import('../emulators/google/google-emulator.ts')
  const { startKeeperEmulator } = await import('../emulators/keeper/keeper-emulator.ts')
  const google = await startGoogleEmulator()
  const keeper = await startKeeperEmulator({
    seats: 500,
    bulk: { maxOperations: 1000, maxPayloadSize: 1_048_576 },
  })
  try {
    return await show(google, keeper, stop)
  } finally {
    await Promise.all([google.close(), keeper.close()])
  }
}

const say = (text: string): void => void process.stdout.write(`${text}\n`)

const show = async (google: GoogleEmulator, keeper: KeeperEmulator, stop: AbortSignal): Promise<number> => {
  await fillDirectory(google.directory)
  say(
    'A company of 200 people in 20 groups, some nested, in an emulated Google Workspace; an emulated Keeper endpoint, empty.',
  )
  say('\nThe configuration, as it would stand in a file or a ConfigMap:\n')
  const document = documentFor(google, keeper)
  say(document.replace(/^/gm, '    '))

  const step = async (title: string, command: 'plan' | 'push'): Promise<number> => {
    say(`\n── ${title}\n   $ scim-push ${command}\n`)
    const session = openSession({ set: [], output: 'text', logLevel: 'error', logFormat: 'text' }, stop)
    const config = await loadConfig({
      env: { GOOGLE_KEY: google.credentials(), KEEPER_TOKEN: keeper.token },
      document: { text: document, origin: 'demo' },
      warn: (message) => session.log.warn(message),
    })
    const report = await reconcile(session, config, {
      command,
      dryRun: command === 'plan',
      detailedExitCode: false,
    })
    say(renderText(report, { colour: process.stdout.isTTY, most: 4 }).trimEnd())
    return report.exitCode
  }

  const codes: number[] = []
  codes.push(await step('What would happen?', 'plan'))
  codes.push(await step('Do it.', 'push'))
  say('\n── The company moves on:')
  for (const line of changeCompany(google.directory)) say(`   ${line}`)
  codes.push(await step('The next run brings the changes over.', 'push'))

  say('\n── Someone empties the group "Keeper Users" by accident.')
  const members = emptyRoster(google)
  const held = await step('Nobody loses access: removals over the limit wait for an operator.', 'push')
  for (const member of members) google.directory.addMember(ROSTER, member)
  say('\n── The members are put back.')
  codes.push(await step('Nothing to do: the target holds what the source says.', 'push'))

  const expected = expectedAtTarget(google.directory, ROSTER)
  const actual = keeper.state.summary()
  if (codes.some((code) => code !== 0) || held !== 3 || !isDeepStrictEqual(actual, expected)) {
    say('\nThe Keeper emulator does NOT hold what the source says. This is a defect; please report it.')
    return 1
  }
  const memberships = Object.values(actual.groups).reduce((sum, group) => sum + group.length, 0)
  const groups = Object.keys(actual.groups).length
  say(
    `\nThe Keeper emulator holds exactly what the source says: ${actual.users.length} users, ${groups} groups, ${memberships} memberships.`,
  )
  return 0
}

const ROSTER = 'keeper-users@corp.example'

const emptyRoster = ({ directory }: GoogleEmulator): readonly string[] => {
  const group = directory.findGroup(ROSTER)
  const ids = group ? [...directory.members(group).values()].map(({ id }) => id) : []
  for (const id of ids) directory.removeMember(ROSTER, id)
  return ids
}

const documentFor = (
  google: GoogleEmulator,
  keeper: KeeperEmulator,
): string => `apiVersion: scim-push.io/v1alpha1
kind: SyncConfig
metadata: {name: demo}
spec:
  source:
    type: google
    google:
      adminEmail: admin@corp.example
      credentials: {env: GOOGLE_KEY}        # in real life: {file: …/credentials.json}
      rootUrl: ${google.rootUrl}      # in real life: left out
      tokenUrl: ${google.tokenUrl}
  scope:
    scimGroups: [${ROSTER}]
    groups: all
  target:
    url: ${keeper.url}
    token: {env: KEEPER_TOKEN}`
