import type { Scope } from '../../src/source/source.ts'

/** Someone whom the source has, by a key that never changes. */
export interface Person {
  readonly key: string
  /** Null only in a directory that knows people without one, such as Active Directory. */
  email: string | null
  name: string
  active: boolean
}

export interface Team {
  readonly key: string
  name: string
  /** Keys of direct members. */
  readonly people: Set<string>
  readonly teams: Set<string>
}

/** The source as it truly is, whatever of it a run manages to read. */
export interface Company {
  readonly people: Map<string, Person>
  readonly teams: Map<string, Team>
}

/** What the truth and the scope say that the target should hold. */
export interface Wanted {
  /** Everyone in scope, by key. */
  readonly people: ReadonlyMap<string, Person>
  /** Target groups by key, with the keys of their members in scope; null where groups are none of our business. */
  readonly teams: ReadonlyMap<string, WantedTeam> | null
  /** Entries of `scimGroups` that fit no group, or several. */
  readonly unresolved: readonly string[]
  /** Keys of the groups through which scope and members are read. */
  readonly readThrough: ReadonlySet<string>
}

interface WantedTeam {
  readonly team: Team
  readonly members: ReadonlySet<string>
  /** Keys of the groups through which its members are read, itself among them. */
  readonly through: ReadonlySet<string>
}

interface Reading {
  /** Keys of groups that can't be found by their name. */
  readonly hidden?: ReadonlySet<string>
  /** True where no SCIM group means that all groups are the selection, as with records. */
  readonly allSelected: boolean
}

export const same = (a: string | null, b: string | null): boolean =>
  a !== null && b !== null && a.toLowerCase() === b.toLowerCase()

export const named = (patterns: readonly string[], name: string | null): boolean =>
  name !== null &&
  patterns.some((pattern) =>
    pattern.endsWith('*')
      ? name.toLowerCase().startsWith(pattern.slice(0, -1).toLowerCase())
      : same(pattern, name),
  )

/** The company reduced to a scope, straight from the words of the contract and not from the code that is tested. */
export const wantedOf = (
  { people, teams }: Company,
  scope: Scope,
  { hidden = new Set(), allSelected }: Reading,
): Wanted => {
  const excluded = (team: Team): boolean => named(scope.exclude.groups, team.name)
  const below = (root: string, seen = new Set<string>()): ReadonlySet<string> => {
    const team = teams.get(root)
    if (team === undefined || seen.has(root) || excluded(team)) return seen
    seen.add(root)
    for (const child of team.teams) below(child, seen)
    return seen
  }
  const membersOf = (root: string): readonly string[] =>
    [...below(root)].flatMap((key) => [...(teams.get(key)?.people ?? [])])

  const found = scope.scimGroups.map((entry) =>
    [...teams.values()].filter((team) => same(team.name, entry) && !hidden.has(team.key)),
  )
  const unresolved = scope.scimGroups.filter((_, at) => found[at]?.length !== 1)
  const roots = found.filter((hits) => hits.length === 1).flat()
  const inScope = new Set(
    scope.scimGroups.length === 0 ? people.keys() : roots.flatMap((root) => membersOf(root.key)),
  )
  const within = new Map(
    [...people].filter(([key, { email }]) => inScope.has(key) && !named(scope.exclude.users, email)),
  )
  const chosen = (): readonly Team[] | null => {
    switch (scope.groups) {
      case 'none':
        return null
      case 'selected':
        if (scope.scimGroups.length > 0) return roots
        return allSelected ? [...teams.values()] : null
      case 'listed':
        return scope.scimGroups.length === 0
          ? null
          : roots
              .filter((root) => !excluded(root))
              .flatMap((root) => [...root.teams].flatMap((key) => teams.get(key) ?? []))
      case 'all':
        return [...teams.values()].filter((team) => !roots.includes(team))
    }
  }
  const targets = chosen()?.filter((team) => !excluded(team)) ?? null
  const withMembers = targets?.map(
    (team) =>
      [
        team.key,
        {
          team,
          members: new Set(membersOf(team.key).filter((key) => within.has(key))),
          through: below(team.key),
        },
      ] as const,
  )
  return {
    people: within,
    teams: withMembers
      ? new Map(withMembers.filter(([, { members }]) => scope.groups !== 'all' || members.size > 0))
      : null,
    unresolved,
    readThrough: new Set([...roots, ...(targets ?? [])].flatMap((team) => [...below(team.key)])),
  }
}

/** The company with which every sequence begins: roster ─ ann, dev ─ bob, cat, interns ─ dan; ops ─ cat. */
export const firstCompany = (nesting: boolean): Company => {
  const person = (key: string, name: string): readonly [string, Person] => [
    key,
    { key, name, email: `${name}@corp.example`, active: true },
  ]
  const team = (
    key: string,
    name: string,
    people: readonly string[],
    teams: readonly string[],
  ): readonly [string, Team] => [
    key,
    { key, name, people: new Set(people), teams: new Set(nesting ? teams : []) },
  ]
  return {
    people: new Map([
      person('p0', 'admin'),
      ...['ann', 'bob', 'cat', 'dan'].map((name, at) => person(`p${at + 1}`, name)),
    ]),
    teams: new Map([
      team('g0', 'Roster', nesting ? ['p1'] : ['p1', 'p2', 'p3', 'p4'], ['g1', 'g2']),
      team('g1', 'Dev', ['p2', 'p3'], ['g3']),
      team('g2', 'Ops', ['p3'], []),
      team('g3', 'Interns', ['p4'], []),
    ]),
  }
}
