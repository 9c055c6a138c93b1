import fc from 'fast-check'
import { groupKey, scimId } from '../../src/model/ids.ts'
import type { TargetGroup, TargetState, TargetUser } from '../../src/model/target-state.ts'
import { same } from './company.ts'
import { command, emails, names, personKeys, teamKeys, type Command } from './command.ts'

const email = fc.constantFrom(...emails)
const name = fc.constantFrom(...names)
let added = 0

const change = (
  label: string,
  possible: (state: TargetState) => boolean,
  effect: (state: TargetState) => TargetState,
): Command =>
  command(
    `target, behind our back: ${label}`,
    ({ target }) => possible(target()),
    (_, { endpoint }) => endpoint.hold(effect(endpoint.state())),
  )

const hasUser = (userName: string) => (state: TargetState) =>
  state.users.some((user) => same(user.userName, userName))
const hasGroup = (displayName: string) => (state: TargetState) =>
  state.groups.some((group) => group.displayName === displayName)

const editUser = (
  label: string,
  userName: string,
  edit: (user: TargetUser) => TargetUser,
  possible: (state: TargetState) => boolean = () => true,
): Command =>
  change(
    label,
    (state) => hasUser(userName)(state) && possible(state),
    ({ users, groups }) => ({
      users: users.map((user) => (same(user.userName, userName) ? edit(user) : user)),
      groups,
    }),
  )

/** The first of that name. */
const editGroup = (
  label: string,
  displayName: string,
  edit: (group: TargetGroup, state: TargetState) => TargetGroup | null,
): Command =>
  change(label, hasGroup(displayName), (state) => {
    const found = state.groups.find((group) => group.displayName === displayName)
    return {
      users: state.users,
      groups: state.groups.flatMap((group) => (group === found ? (edit(group, state) ?? []) : group)),
    }
  })

const users: readonly fc.Arbitrary<Command>[] = [
  email.map((userName) =>
    change(`${userName} is deleted`, hasUser(userName), ({ users: all, groups }) => {
      const gone = all.filter((user) => same(user.userName, userName)).map(({ id }) => id)
      return {
        users: all.filter(({ id }) => !gone.includes(id)),
        groups: groups.map((group) => ({
          ...group,
          members: new Set([...group.members].filter((id) => !gone.includes(id))),
        })),
      }
    }),
  ),
  fc
    .tuple(email, fc.boolean())
    .map(([userName, active]) =>
      editUser(`${userName} is ${active ? 'unlocked' : 'locked'}`, userName, (user) => ({ ...user, active })),
    ),
  fc.tuple(email, email).map(([from, to]) =>
    editUser(
      `${from} is renamed to ${to}`,
      from,
      (user) => ({ ...user, userName: to }),
      (state) => same(from, to) || !hasUser(to)(state),
    ),
  ),
  fc
    .tuple(email, fc.option(fc.constantFrom(...personKeys, 'p9'), { freq: 1 }))
    .map(([userName, externalId]) =>
      editUser(`${userName} gets the externalId ${externalId ?? 'none'}`, userName, (user) => ({
        ...user,
        externalId,
      })),
    ),
  email.map((userName) =>
    editUser(`${userName} is shown as Other`, userName, (user) => ({ ...user, displayName: 'Other' })),
  ),
  email.map((userName) =>
    change(
      `${userName} is added by hand`,
      (state) => !hasUser(userName)(state),
      ({ users: all, groups }) => ({
        users: [
          ...all,
          {
            id: scimId(`by-hand-${++added}`),
            externalId: null,
            userName,
            displayName: 'By Hand',
            givenName: 'By',
            familyName: 'Hand',
            active: true,
          },
        ],
        groups,
      }),
    ),
  ),
]

const groups: readonly fc.Arbitrary<Command>[] = [
  name.map((displayName) => editGroup(`the group ${displayName} is deleted`, displayName, () => null)),
  fc
    .tuple(name, name)
    .map(([from, to]) =>
      editGroup(`the group ${from} is renamed to ${to}`, from, (group) => ({ ...group, displayName: to })),
    ),
  fc.tuple(name, fc.option(fc.constantFrom(...teamKeys, 'g9'), { freq: 1 })).map(([displayName, key]) =>
    editGroup(`the group ${displayName} gets the externalId ${key ?? 'none'}`, displayName, (group) => ({
      ...group,
      externalId: key === null ? null : groupKey(key),
    })),
  ),
  name.map((displayName) =>
    change(
      `the group ${displayName} is added by hand`,
      () => true,
      ({ users: all, groups: there }) => ({
        users: all,
        groups: [
          ...there,
          { id: scimId(`by-hand-${++added}`), externalId: null, displayName, members: new Set() },
        ],
      }),
    ),
  ),
  fc.tuple(name, email, fc.boolean()).map(([displayName, userName, into]) =>
    editGroup(
      `${userName} is ${into ? 'put into' : 'taken out of'} ${displayName}`,
      displayName,
      (group, { users: all }) => {
        const members = new Set(group.members)
        for (const { id } of all.filter((user) => same(user.userName, userName)))
          members[into ? 'add' : 'delete'](id)
        return { ...group, members }
      },
    ),
  ),
]

/** Changes at the target that no run made. */
export const targetCommands = [...users, ...groups]
