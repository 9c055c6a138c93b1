import fc from 'fast-check'
import type { Policy, RemovalLadder, RemovalLimit } from '../../src/plan/policy.ts'
import type { Scope } from '../../src/source/source.ts'
import { command, type Command } from './command.ts'

const policy = <T>(
  values: fc.Arbitrary<T>,
  label: (value: T) => string,
  edit: (policy: Policy, value: T) => Policy,
): fc.Arbitrary<Command> =>
  values.map((value) =>
    command(
      `config: policy.${label(value)}`,
      () => true,
      (model) => {
        model.policy = edit(model.policy, value)
      },
    ),
  )

const scope = <T>(
  values: fc.Arbitrary<T>,
  label: (value: T) => string,
  edit: (scope: Scope, value: T) => Scope,
): fc.Arbitrary<Command> =>
  values.map((value) =>
    command(
      `config: scope.${label(value)}`,
      () => true,
      (model) => {
        model.scope = edit(model.scope, value)
      },
    ),
  )

const limit: fc.Arbitrary<RemovalLimit> = fc.constantFrom<RemovalLimit[]>(
  { count: 0 },
  { count: 1 },
  { percent: 0 },
  { percent: 50 },
  { percent: 100 },
)

/** Changes of the configuration. */
export const configCommands: readonly fc.Arbitrary<Command>[] = [
  policy(
    fc.constantFrom<RemovalLadder[]>(
      [{ days: 0, do: 'deactivate' }],
      [{ days: 0, do: 'delete' }],
      [
        { days: 0, do: 'deactivate' },
        { days: 5, do: 'delete' },
      ],
      [
        { days: 2, do: 'deactivate' },
        { days: 5, do: 'delete' },
      ],
      [{ days: 5, do: 'delete' }],
      [],
    ),
    (remove) => `users.remove=${JSON.stringify(remove)}`,
    (was, remove) => ({ ...was, users: { ...was.users, remove } }),
  ),
  policy(
    fc.constantFrom<Policy['groups']['remove'][]>('delete', 'none'),
    (remove) => `groups.remove=${remove}`,
    (was, remove) => ({ ...was, groups: { ...was.groups, remove } }),
  ),
  policy(
    fc.record({
      of: fc.constantFrom('users', 'groups'),
      what: fc.constantFrom('create', 'update'),
      allowed: fc.constantFrom(true, true, false),
    }),
    ({ of, what, allowed }) => `${of}.${what}=${allowed}`,
    (was, { of, what, allowed }) => ({ ...was, [of]: { ...was[of], [what]: allowed } }),
  ),
  policy(
    fc.constantFrom<Policy['unmanaged'][]>('keep', 'remove'),
    (unmanaged) => `unmanaged=${unmanaged}`,
    (was, unmanaged) => ({ ...was, unmanaged }),
  ),
  policy(
    fc.constantFrom<string[][]>([], ['ann@corp.example'], ['c*', 'Bob@corp.example']),
    (names) => `protected=${names.join(' ')}`,
    (was, names) => ({ ...was, protected: names }),
  ),
  policy(
    fc.record({ users: limit, groups: limit, memberships: limit, floor: fc.constantFrom(0, 1, 5) }),
    (limits) => `maxRemovals=${JSON.stringify(limits)}`,
    (was, maxRemovals) => ({ ...was, maxRemovals }),
  ),
  scope(
    fc.constantFrom<Scope['groups'][]>('selected', 'listed', 'all', 'all', 'none'),
    (groups) => `groups=${groups}`,
    (was, groups) => ({ ...was, groups }),
  ),
  scope(
    fc.constantFrom<string[][]>([], ['Roster'], ['Roster', 'Ops'], ['Dev'], ['Roster'], ['Roster', 'Nobody']),
    (names) => `scimGroups=${names.join(' ')}`,
    (was, scimGroups) => ({ ...was, scimGroups }),
  ),
  scope(
    fc.constantFrom<string[][]>([], ['bob@corp.example'], ['d*']),
    (names) => `exclude.users=${names.join(' ')}`,
    (was, users) => ({ ...was, exclude: { ...was.exclude, users } }),
  ),
  scope(
    fc.constantFrom<string[][]>([], ['Interns'], ['O*']),
    (names) => `exclude.groups=${names.join(' ')}`,
    (was, groups) => ({ ...was, exclude: { ...was.exclude, groups } }),
  ),
]
