import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ScimPushError } from '../../errors/error.ts'
import { silentLog } from '../../lib/log.ts'
import { locatedSummary } from '../../../test/fixtures/located.ts'
import type { Scope, Source } from '../source.ts'
import { createRecordsSource } from './records-source.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scim-push-records-'))
})
afterAll(() => rm(folder, { recursive: true }))

const { signal } = new AbortController()
const everyone: Scope = { scimGroups: [], groups: 'selected', exclude: { users: [], groups: [] } }
let files = 0

const sourceOf = async (content: unknown, scope: Partial<Scope> = {}): Promise<Source> => {
  const file = join(folder, `people-${++files}.json`)
  await writeFile(
    file,
    typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content),
  )
  return createRecordsSource({ file, scope: { ...everyone, ...scope }, log: silentLog })
}

const read = async (content: unknown, scope: Partial<Scope> = {}) => {
  const snapshot = await (await sourceOf(content, scope)).read(signal)
  return {
    ...snapshot,
    users: snapshot.users.map(({ key }) => key as string),
    groups:
      snapshot.groups &&
      Object.fromEntries(
        snapshot.groups.map((group) => [`${group.displayName} ${group.key}`, [...group.members]]),
      ),
    people: snapshot.users,
  }
}

const failure = async (content: unknown, scope: Partial<Scope> = {}): Promise<ScimPushError> => {
  const error = await read(content, scope).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ScimPushError)) throw new Error('a ScimPushError was expected')
  return error
}

const company = {
  users: [
    { id: 'u1', email: 'ann@corp.example', login: 'ann', groups: ['g1', 'g2'] },
    { id: 'u2', email: 'bob@corp.example', groups: ['g2'] },
    { id: 'u3', email: 'cat@corp.example' },
  ],
  groups: [
    { id: 'g1', name: 'Sales' },
    { id: 'g2', name: 'Ops' },
    { id: 'g3', name: 'Empty' },
  ],
}
const allGroups = { 'Sales g1': ['u1'], 'Ops g2': ['u1', 'u2'], 'Empty g3': [] }

describe('what a record becomes', () => {
  const user = async (fields: object) =>
    (await read({ users: [{ id: '7', email: 'ann@corp.example', ...fields }] })).people[0]
  test.each<[string, object, object]>([
    ['the id is the key', {}, { key: '7', userName: 'ann@corp.example', label: 'ann@corp.example' }],
    ['external_id goes before id', { external_id: 'x-7' }, { key: 'x-7' }],
    ['an empty external_id does not', { external_id: '' }, { key: '7' }],
    ['a number is an id', { id: 12 }, { key: '12' }],
    ['who is listed is active', {}, { active: true }],
    ['unless the record says no', { active: false }, { active: false }],
    ['null is a field left out', { active: null, login: null }, { active: true, label: 'ann@corp.example' }],
    ['a login is the label', { login: 'ann' }, { label: 'ann' }],
    [
      'names',
      { full_name: 'Ann Lee', first_name: 'Ann', last_name: 'Lee' },
      { displayName: 'Ann Lee', givenName: 'Ann', familyName: 'Lee' },
    ],
    ['full_name from its parts', { first_name: 'Ann', last_name: 'Lee' }, { displayName: 'Ann Lee' }],
    ['no names', {}, { displayName: '', givenName: '', familyName: '' }],
    ['blanks around values', { email: ' ann@corp.example ' }, { userName: 'ann@corp.example' }],
  ])('%s', async (_, fields, expected) => {
    expect(await user(fields)).toMatchObject(expected)
  })
})

describe('scope', () => {
  test.each<[string, Partial<Scope>, string[], object | null]>([
    ['no SCIM group: everyone and every group', {}, ['u1', 'u2', 'u3'], allGroups],
    ['a SCIM group by name, in any case', { scimGroups: ['oPS'] }, ['u1', 'u2'], { 'Ops g2': ['u1', 'u2'] }],
    ['a SCIM group by id', { scimGroups: ['g1'] }, ['u1'], { 'Sales g1': ['u1'] }],
    ['the same group twice', { scimGroups: ['g1', 'sales'] }, ['u1'], { 'Sales g1': ['u1'] }],
    ['mode none', { groups: 'none' }, ['u1', 'u2', 'u3'], null],
    [
      'mode all: the groups that have someone',
      { groups: 'all' },
      ['u1', 'u2', 'u3'],
      { 'Sales g1': ['u1'], 'Ops g2': ['u1', 'u2'] },
    ],
    [
      'an excluded group, by id',
      { exclude: { users: [], groups: ['g2'] } },
      ['u1', 'u2', 'u3'],
      { 'Sales g1': ['u1'], 'Empty g3': [] },
    ],
    [
      'an excluded user, by login',
      { exclude: { users: ['ANN'], groups: [] } },
      ['u2', 'u3'],
      { 'Sales g1': [], 'Ops g2': ['u2'], 'Empty g3': [] },
    ],
  ])('%s', async (_, scope, users, groups) => {
    const result = await read(company, scope)
    expect(result).toMatchObject({ gaps: [], groupsComplete: true })
    expect(result.users).toEqual(users)
    expect(result.groups).toEqual(groups)
  })

  test('a SCIM group that is not there is a gap, and the others count', async () => {
    const result = await read(company, { scimGroups: ['Sales', 'Nobody'] })
    expect(result.users).toEqual(['u1'])
    expect(result.groupsComplete).toBe(false)
    expect(result.gaps).toEqual([
      {
        kind: 'scim-group-unresolved',
        subject: 'Nobody',
        detail: 'no group of the file has this name or id',
      },
    ])
  })

  test('a name that fits two groups is a gap that names both, never the first', async () => {
    const twice = { ...company, groups: [...company.groups, { id: 'g9', name: 'sales' }] }
    const { gaps, users } = await read(twice, { scimGroups: ['Ops', 'Sales'] })
    expect(users).toEqual(['u1', 'u2'])
    expect(gaps).toHaveLength(1)
    expect(gaps[0]!.detail).toContain('"Sales" (id g1), "sales" (id g9)')
  })

  test('no SCIM group found at all is an error', async () => {
    const error = await failure(company, { scimGroups: ['Nobody', 'None'] })
    expect(error).toMatchObject({ code: 'RECORDS_SCIM_GROUPS_UNRESOLVED', failure: 'config' })
    expect(error.message).toMatch(/"Nobody".*"None"/)
  })

  test.each<Scope['groups']>(['selected', 'all', 'none'])(
    'a file without "groups" leaves groups alone (%s)',
    async (groups) => {
      expect(
        await read({ users: company.users.map(({ id, email }) => ({ id, email })) }, { groups }),
      ).toMatchObject({ users: ['u1', 'u2', 'u3'], groups: null })
    },
  )
})

describe('what is refused', () => {
  const ann = { id: 'u1', email: 'ann@corp.example' }
  const sales = { id: 'g1', name: 'Sales' }
  test.each<[string, unknown, RegExp]>([
    ['no email', { users: [ann, { id: 'u2' }] }, /users\[1\] \(id "u2"\): "email" is missing/],
    ['no id', { users: [{ email: 'a@b' }] }, /users\[0\]: "id" is missing/],
    ['a blank email', { users: [{ id: 'u2', email: ' ' }] }, /\(id "u2"\): "email" is empty/],
    [
      'a group without a name',
      { users: [], groups: [{ id: 'g1' }] },
      /groups\[0\] \(id "g1"\): "name" is missing/,
    ],
    ['a group without an id', { users: [], groups: [{ name: 'x' }] }, /groups\[0\]: "id" is missing/],
    [
      'an unknown field',
      { users: [{ ...ann, e_mail: 'x' }] },
      /users\[0\] \(id "u1"\): unknown field "e_mail"; did you mean "email"/,
    ],
    [
      'an unknown field of a group',
      { users: [], groups: [{ ...sales, members: [] }] },
      /groups\[0\] \(id "g1"\): unknown field "members"; known are id, external_id, name, domain/,
    ],
    ['an unknown list', { users: [], group: [] }, /the file: unknown field "group"; did you mean "groups"/],
    ['no users', { groups: [] }, /the file: "users" is missing/],
    ['users that are no list', { users: {} }, /the file: "users" must be a list/],
    ['a list', [], /the file: an object is expected/],
    ['a user that is no object', { users: ['ann'] }, /users\[0\]: an object is expected/],
    [
      'active in quotes',
      { users: [{ ...ann, active: 'false' }] },
      /"active" must be true or false, without quotes/,
    ],
    ['active as a number', { users: [{ ...ann, active: 0 }] }, /"active" must be true or false/],
    ['a name that is no text', { users: [{ ...ann, full_name: 5 }] }, /"full_name" must be text/],
    ['an id that lost digits', { users: [{ ...ann, id: 2 ** 60 }] }, /"id" must be text or a whole number/],
    [
      'one id twice',
      { users: [ann, { ...ann, email: 'b@c' }] },
      /users\[1\] \(id "u1"\): users\[0\] \(id "u1"\) has the same id/,
    ],
    [
      'one key twice',
      { users: [ann, { id: 'u2', external_id: 'u1', email: 'b@c' }] },
      /users\[1\] \(id "u2"\): its external_id.*users\[0\] \(id "u1"\)/,
    ],
    [
      'one group id twice',
      { users: [], groups: [sales, sales] },
      /groups\[1\] \(id "g1"\): groups\[0\].*same id/,
    ],
    [
      'a group that is not there',
      { users: [{ ...ann, groups: ['g9'] }], groups: [sales] },
      /users\[0\] \(id "u1"\): there is no group with the id "g9"$/,
    ],
    [
      'a group by its name',
      { users: [{ ...ann, groups: ['Sales'] }], groups: [sales] },
      /no group with the id "Sales"; .* write "g1"/,
    ],
    [
      'a group that is no id',
      { users: [{ ...ann, groups: [{ id: 'g1' }] }], groups: [sales] },
      /"groups"\[0\] must be the id of a group/,
    ],
    [
      'groups of a user that are no list',
      { users: [{ ...ann, groups: 'g1' }], groups: [sales] },
      /users\[0\] \(id "u1"\): "groups" must be a list/,
    ],
    [
      'control characters are written out',
      { users: [{ ...ann, '\u001b[2J': 1 }] },
      /unknown field "\\u001b\[2J"/,
    ],
  ])('%s', async (_, content, message) => {
    const error = await failure(content)
    expect(error).toMatchObject({ code: 'RECORDS_INVALID', failure: 'config' })
    expect(error.message).toMatch(message)
  })

  test('all problems at once, the first twenty of them', async () => {
    const error = await failure({ users: Array.from({ length: 50 }, (_, n) => ({ id: `u${n}` })) })
    expect(error.message).toContain('50 problems')
    expect(error.message).toContain('users[19] (id "u19")')
    expect(error.message).not.toContain('users[20]')
    expect(error.message).toContain('and 30 more')
  })

  test.each<[string, string | Buffer, string, RegExp]>([
    ['cut off', '{"users":[\n  {"id":"1"', 'RECORDS_NOT_JSON', /:2:12: the text ends/],
    ['empty', '', 'RECORDS_NOT_JSON', /:1:1: the text ends/],
    ['a trailing comma', '{"users":[],}', 'RECORDS_NOT_JSON', /:1:13: a name/],
    [
      'a list twice: half of the people would vanish',
      '{"users":[1],"users":[]}',
      'RECORDS_NOT_JSON',
      /:1:14: .*twice/,
    ],
    ['Latin-1', Buffer.from('{"users":"\xfc"}', 'latin1'), 'RECORDS_UNREADABLE', /no text in UTF-8/],
  ])('a file that is %s', async (_, content, code, message) => {
    const error = await failure(content)
    expect(error).toMatchObject({ code, failure: 'config' })
    expect(error.message).toMatch(message)
  })

  test('a file that is not there', async () => {
    const source = createRecordsSource({ file: join(folder, 'absent'), scope: everyone, log: silentLog })
    await expect(source.read(signal)).rejects.toMatchObject({ code: 'RECORDS_UNREADABLE', failure: 'config' })
    expect(await source.check(signal)).toMatchObject([{ level: 'error', check: 'records-readable' }])
  })
})

test('a byte order mark, as Windows writes it', async () => {
  expect((await read(`\uFEFF${JSON.stringify(company)}`)).users).toEqual(['u1', 'u2', 'u3'])
  expect((await read(Buffer.from(`\uFEFF${JSON.stringify(company)}`, 'utf16le'))).users).toHaveLength(3)
})

test('names that JavaScript objects know are names like others', async () => {
  const content =
    '{"users":[{"id":"__proto__","email":"a@b","groups":["constructor"]}],"groups":[{"id":"constructor","name":"toString"}]}'
  expect(await read(content)).toMatchObject({
    users: ['__proto__'],
    groups: { 'toString constructor': ['__proto__'] },
  })
  expect((await failure('{"users":[{"id":"1","email":"a@b","__proto__":1}]}')).message).toContain(
    'unknown field "__proto__"',
  )
})

describe('check', () => {
  test.each<[string, unknown, Partial<Scope>, string[]]>([
    ['all well', company, {}, ['ok records-readable']],
    [
      'a SCIM group missing',
      company,
      { scimGroups: ['Ops', 'x'] },
      ['ok records-readable', 'error records-scim-groups'],
    ],
    ['no SCIM group found', company, { scimGroups: ['x'] }, ['error records-scim-groups']],
    ['no groups listed', { users: [] }, {}, ['ok records-readable', 'warning records-groups']],
    ['no groups listed, none wanted', { users: [] }, { groups: 'none' }, ['ok records-readable']],
    ['not JSON', 'x', {}, ['error records-readable']],
  ])('%s', async (_, content, scope, expected) => {
    const found = await (await sourceOf(content, scope)).check(signal)
    expect(found.map(({ level, check }) => `${level} ${check}`)).toEqual(expected)
  })
})

test('a stopped run reads nothing', async () => {
  const source = await sourceOf(company)
  await expect(source.read(AbortSignal.abort('SIGTERM'))).rejects.toBe('SIGTERM')
  await source.close()
})

describe('whom it finds', () => {
  const file = {
    users: [
      { id: 'u1', external_id: 'x1', email: 'ann@corp.example', login: 'ann', groups: ['g1', 'g2'] },
      { id: 'u2', email: 'bob@corp.example', login: 'shared', active: false, groups: [] },
      { id: 'u3', email: 'cat@corp.example', login: 'Shared', groups: ['g1'] },
    ],
    groups: [
      { id: 'g1', name: 'Sales' },
      { id: 'g2', name: 'Ops' },
    ],
  }
  const locate = async (query: string) =>
    locatedSummary(await (await sourceOf(file, { scimGroups: ['Ops'] })).locate(query, signal))

  test.each(['u1', 'x1', 'ANN', 'Ann@corp.example'])('by %s, with all groups', async (query) => {
    expect(await locate(query)).toEqual({
      people: [
        {
          label: 'ann',
          names: ['u1'],
          inactive: [],
          above: { Ops: ['directly'], Sales: ['directly'] },
          unread: null,
        },
      ],
      more: 0,
    })
  })

  test('all who share a login, and why one is inactive', async () => {
    expect(await locate('shared')).toMatchObject({
      people: [
        { label: 'shared', inactive: ['"active" is false'], above: {} },
        { label: 'Shared', inactive: [] },
      ],
    })
  })

  test.each(['', 'zoe', 'U1', 'g1'])('nobody by %j', async (query) => {
    expect(await locate(query)).toEqual({ people: [], more: 0 })
  })
})
