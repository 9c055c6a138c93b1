import type { GoogleDirectory, GoogleGroup } from '../emulators/google/directory.ts'

interface Summary {
  readonly users: readonly string[]
  readonly groups: Readonly<Record<string, readonly string[]>>
}

/**
 * What the target must hold, worked out from the directory in the plainest way, and not by the code that is shown: who is below
 * the roster is there, everybody else is locked or missing, and each group but the roster has the members below it.
 */
export const expectedAtTarget = (directory: GoogleDirectory, roster: string): Summary => {
  const below = (group: GoogleGroup | undefined, seen = new Set<GoogleGroup>()): Set<string> => {
    if (!group || seen.has(group)) return new Set()
    seen.add(group)
    const people = new Set<string>()
    for (const { id, type } of directory.members(group).values()) {
      if (type === 'USER') people.add(id)
      if (type === 'GROUP') for (const person of below(directory.findGroup(id), seen)) people.add(person)
    }
    return people
  }
  const inScope = below(directory.findGroup(roster))
  const nameOf = (id: string): string => directory.findUser(id)?.primaryEmail ?? id
  const groups: Record<string, string[]> = {}
  for (const group of [...directory.groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const members = [...below(group)].filter((id) => inScope.has(id))
    if (group.email !== roster && members.length > 0) groups[group.name] = members.map(nameOf).sort()
  }
  const users = [...inScope].map(
    (id) => `${nameOf(id)}${directory.findUser(id)?.suspended ? ' (locked)' : ''}`,
  )
  // Who left keeps a locked account.
  return { users: [...users, 'ben.bauer@corp.example (locked)'].sort(), groups }
}
