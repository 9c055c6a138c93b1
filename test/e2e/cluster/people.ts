import { writeFile } from 'node:fs/promises'

/** A file of records: people by name, all of them in one group. */
export const savePeople = (file: string, names: readonly string[]): Promise<void> =>
  writeFile(
    file,
    JSON.stringify({
      users: names.map((name) => ({
        id: name,
        email: `${name}@corp.example`,
        full_name: name,
        active: true,
        groups: ['g1'],
      })),
      groups: [{ id: 'g1', name: 'Dev' }],
    }),
  )

export const namesUpTo = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => `user${n}`)
