import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startKeeperEmulator, type KeeperEmulator } from '../../../src/emulators/keeper/keeper-emulator.ts'
import { program, type Ended } from '../../fixtures/program.ts'

export const TOKEN = 'the-token-that-nobody-may-see'

/** A company that the program runs for: its people in a file, and a Keeper node for each of its documents. */
export const startCompany = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'company-'))
  const file = (name: string): string => join(folder, name)
  const keepers: KeeperEmulator[] = []

  /** Who works there, all in one group. */
  const employ = (names: readonly string[]): Promise<void> =>
    writeFile(
      file('people.json'),
      JSON.stringify({
        users: names.map((name) => ({ id: name, email: `${name}@corp.example`, groups: ['g1'] })),
        groups: [{ id: 'g1', name: 'Staff' }],
      }),
    )

  return {
    file,
    employ,

    /** A document with a target of its own. @param spec lines of YAML more for its `spec` */
    document: async (name: string, spec: readonly string[] = []) => {
      const keeper = await startKeeperEmulator({ token: TOKEN })
      keepers.push(keeper)
      const path = file(`${keepers.length}.yaml`)
      const write = (more: readonly string[]): Promise<void> =>
        writeFile(
          path,
          [
            'apiVersion: scim-push.io/v1alpha1',
            'kind: SyncConfig',
            `metadata: {name: ${JSON.stringify(name)}}`,
            'spec:',
            `  source: {type: records, records: {file: ${file('people.json')}}}`,
            `  target: {url: '${keeper.url}', token: {env: KEEPER_TOKEN}}`,
            ...more.map((line) => `  ${line}`),
          ].join('\n'),
        )
      await write(spec)
      return { path, keeper, write }
    },

    /** The program, with the token in its environment. */
    run: (
      args: readonly string[],
      env: Readonly<Record<string, string>> = {},
      onStart?: Parameters<typeof program>[2],
    ): Promise<Ended> => program(args, { KEEPER_TOKEN: TOKEN, ...env }, onStart),

    close: async (): Promise<void> => {
      await Promise.all(keepers.map((keeper) => keeper.close()))
      await rm(folder, { recursive: true })
    },
  }
}
