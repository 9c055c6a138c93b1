import { describe, expect, test } from 'vitest'
import { groupKey, userKey } from '../model/ids.ts'
import type { DirectoryGraph, DirectoryGroup } from './graph.ts'
import { project } from './project.ts'
import type { Scope } from './source.ts'

const user = (name: string) => ({
  key: userKey(name),
  userName: `${name}@corp.example`,
  label: name,
  displayName: name,
  givenName: name,
  familyName: '',
  active: true,
})

const group = (
  name: string,
  users: string[],
  groups: string[] = [],
  more: Partial<DirectoryGroup> = {},
): DirectoryGroup => ({
  key: groupKey(name),
  displayName: name,
  aliases: [`${name}@corp.example`],
  users: new Set(users.map(userKey)),
  groups: new Set(groups.map(groupKey)),
  everyone: false,
  unread: null,
  ...more,
})

const graph = (
  users: string[],
  groups: DirectoryGroup[],
  scimGroups: string[],
  more: Partial<DirectoryGraph> = {},
): DirectoryGraph => ({
  users: new Map(users.map((name) => [userKey(name), user(name)])),
  groups: new Map(groups.map((one) => [one.key, one])),
  strangers: new Map(),
  scimGroups: scimGroups.map(groupKey),
  scimUsers: [],
  gaps: [],
  ...more,
})

const scope = (
  groups: Scope['groups'],
  scimGroups: string[],
  exclude: Partial<Scope['exclude']> = {},
): Scope => ({
  scimGroups,
  groups,
  exclude: { users: [], groups: [], ...exclude },
})

const summary = (snapshot: ReturnType<typeof project>) => ({
  users: snapshot.users.map(({ key }) => key as string).sort(),
  groups:
    snapshot.groups &&
    Object.fromEntries(snapshot.groups.map((one) => [one.displayName, [...one.members].sort()])),
  gaps: snapshot.gaps.map(({ kind, subject }) => `${kind} ${subject}`),
  groupsComplete: snapshot.groupsComplete,
})

// roster ─ ann, sales ─ bob, emea ─ cat, sales (a cycle); outside ─ ann, dan
const company = graph(
  ['ann', 'bob', 'cat', 'dan'],
  [
    group('roster', ['ann'], ['sales']),
    group('sales', ['bob'], ['emea']),
    group('emea', ['cat'], ['sales']),
    group('outside', ['ann', 'dan']),
  ],
  ['roster'],
)

describe('project', () => {
  test.each<[Scope['groups'], Record<string, string[]> | null]>([
    ['selected', { roster: ['ann', 'bob', 'cat'] }],
    ['listed', { sales: ['bob', 'cat'] }],
    ['all', { sales: ['bob', 'cat'], emea: ['bob', 'cat'], outside: ['ann'] }],
    ['none', null],
  ])('mode %s', (mode, groups) => {
    expect(summary(project(company, scope(mode, ['roster'])))).toEqual({
      users: ['ann', 'bob', 'cat'],
      groups,
      gaps: [],
      groupsComplete: true,
    })
  })

  test('no SCIM group means everyone, and selects no groups', () => {
    const result = summary(project({ ...company, scimGroups: [] }, scope('selected', [])))
    expect(result).toMatchObject({ users: ['ann', 'bob', 'cat', 'dan'], groups: null })
  })

  test('no SCIM group with mode all takes every group that has someone', () => {
    const result = summary(project({ ...company, scimGroups: [] }, scope('all', [])))
    expect(Object.keys(result.groups ?? {}).sort()).toEqual(['emea', 'outside', 'roster', 'sales'])
  })

  test('a member of type CUSTOMER brings everyone in', () => {
    const everyone = graph(['ann', 'bob'], [group('all', [], [], { everyone: true })], ['all'])
    expect(summary(project(everyone, scope('selected', ['all'])))).toMatchObject({
      users: ['ann', 'bob'],
      groups: { all: ['ann', 'bob'] },
    })
  })

  test('users named directly are in scope', () => {
    const result = project(
      { ...company, scimGroups: [], scimUsers: [userKey('dan')] },
      scope('selected', ['dan@corp.example']),
    )
    expect(summary(result)).toMatchObject({ users: ['dan'], groups: null })
  })

  test('an excluded user is out of scope and out of every group', () => {
    const result = summary(project(company, scope('listed', ['roster'], { users: ['B*@corp.example'] })))
    expect(result).toMatchObject({ users: ['ann', 'cat'], groups: { sales: ['cat'] } })
  })

  test('exclusion knows people by label too, and strangers', () => {
    const eve = { key: userKey('eve'), label: 'eve@else.example', detail: '' }
    const mixed = graph(['ann', 'bob'], [group('roster', ['ann', 'bob', 'eve'])], ['roster'], {
      strangers: new Map([[eve.key, eve]]),
    })
    expect(project(mixed, scope('selected', ['roster'])).strangers).toEqual([eve])
    const snapshot = project(mixed, scope('selected', ['roster'], { users: ['BOB', '*@else.example'] }))
    expect(summary(snapshot)).toMatchObject({ users: ['ann'], groups: { roster: ['ann'] } })
    expect(snapshot.strangers).toEqual([])
  })

  test('an excluded group is no way into scope, by name or email', () => {
    for (const pattern of ['EMEA', 'emea@corp.example']) {
      const result = summary(project(company, scope('all', ['roster'], { groups: [pattern] })))
      expect(result).toMatchObject({ users: ['ann', 'bob'], groups: { sales: ['bob'], outside: ['ann'] } })
    }
  })

  test('a nested group that was not read leaves every group above it unread, and is named as a gap', () => {
    const partial = graph(
      ['ann', 'bob'],
      [
        group('roster', [], ['sales', 'ops']),
        group('sales', ['ann'], ['emea']),
        group('emea', [], [], { unread: '503' }),
        group('ops', ['bob']),
      ],
      ['roster'],
    )
    const snapshot = project(partial, scope('listed', ['roster']))
    expect(summary(snapshot)).toMatchObject({ gaps: ['members-unread emea'], groupsComplete: true })
    expect(Object.fromEntries(snapshot.groups!.map((one) => [one.displayName, one.unread]))).toEqual({
      sales: 'emea, nested in it: 503',
      ops: null,
    })
  })

  test('a roster that was not read leaves the list of groups incomplete', () => {
    const partial = graph(['ann'], [group('roster', ['ann'], [], { unread: '503' })], ['roster'])
    expect(summary(project(partial, scope('listed', ['roster'])))).toMatchObject({ groupsComplete: false })
  })

  test('mode all leaves a group that was not read and shows nobody neither created nor deletable', () => {
    const partial = graph(
      ['ann'],
      [group('roster', ['ann']), group('ops', [], [], { unread: '503' })],
      ['roster'],
    )
    expect(summary(project(partial, scope('all', ['roster'])))).toMatchObject({
      groups: {},
      groupsComplete: false,
      gaps: ['members-unread ops'],
    })
  })

  test('mode all deletes no group whose only user may be in scope through a SCIM group that was not read', () => {
    const partial = graph(
      ['ann', 'bob'],
      [group('roster', ['ann'], [], { unread: '503' }), group('dev', ['ann', 'bob']), group('ops', ['bob'])],
      ['roster'],
    )
    expect(summary(project(partial, scope('all', ['roster'])))).toMatchObject({
      groups: { dev: ['ann'] },
      groupsComplete: false,
    })
  })

  test('mode all deletes no group whose only user was not read, with everyone in scope', () => {
    for (const members of [group('ops', ['bob']), group('ops', [], [], { everyone: true })]) {
      const partial = graph([], [members], [], {
        gaps: [{ kind: 'users-unread', subject: 'users', detail: 'page 1 failed' }],
      })
      expect(summary(project(partial, scope('all', [])))).toMatchObject({ groups: {}, groupsComplete: false })
    }
  })

  test('mode all lets a group without any member go while others are unread', () => {
    const partial = graph([], [group('empty', [])], [], {
      gaps: [{ kind: 'users-unread', subject: 'users', detail: 'page 1 failed' }],
    })
    expect(summary(project(partial, scope('all', [])))).toMatchObject({ groups: {}, groupsComplete: true })
  })

  test.each<[string, Scope['groups'], DirectoryGroup[]]>([
    ['a selected group', 'selected', []],
    ['a roster', 'listed', []],
    ['a group that a roster lists', 'listed', [group('roster', ['ann'], ['sales'])]],
  ])('%s that is not there was not read, so the groups are not complete', (_, mode, groups) => {
    const snapshot = project(graph(['ann'], groups, ['roster']), scope(mode, ['roster']))
    expect(snapshot.groupsComplete).toBe(false)
    expect(snapshot.gaps.map(({ kind }) => kind)).toEqual(['members-unread'])
  })

  test('a member whom nobody read is a gap, and is kept as a stranger', () => {
    const partial = graph(['ann'], [group('roster', ['ann', 'ghost'])], ['roster'])
    const snapshot = project(partial, scope('selected', ['roster']))
    expect(summary(snapshot)).toMatchObject({
      gaps: ['users-unread ghost'],
      groups: { roster: ['ann', 'ghost'] },
    })
    expect(snapshot.strangers.map(({ key }) => key)).toEqual(['ghost'])
  })

  test('an unresolved SCIM group makes the list of groups incomplete', () => {
    const partial = {
      ...company,
      gaps: [{ kind: 'scim-group-unresolved' as const, subject: 'x', detail: 'not found' }],
    }
    expect(summary(project(partial, scope('selected', ['roster', 'x'])))).toMatchObject({
      groupsComplete: false,
    })
  })

  test('everyone is not everyone while users are unread', () => {
    const partial = graph(['ann'], [group('all', [], [], { everyone: true })], ['all'], {
      gaps: [{ kind: 'users-unread', subject: 'users', detail: 'page 2 failed' }],
    })
    expect(project(partial, scope('selected', ['all'])).groups![0]!.unread).toContain('page 2 failed')
  })

  test('nesting deeper than the call stack', () => {
    const depth = 20_000
    const chain = Array.from({ length: depth }, (_, n) =>
      group(`g${n}`, n === depth - 1 ? ['ann'] : [], n === depth - 1 ? [] : [`g${n + 1}`]),
    )
    expect(summary(project(graph(['ann'], chain, ['g0']), scope('selected', ['g0']))).users).toEqual(['ann'])
  })
})
