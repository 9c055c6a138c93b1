import { beforeEach, describe, expect, test } from 'vitest'
import { googleSourceTo, scopeOf } from '../../../test/fixtures/google-source.ts'
import { company, google, group, people, signal } from '../../../test/fixtures/google-tenant.ts'
import { locatedSummary } from '../../../test/fixtures/located.ts'
import { serverFault } from '../../emulators/google/google-faults.ts'
import { ScimPushError } from '../../errors/error.ts'

const locate = async (query: string) => {
  const { source } = googleSourceTo(google, scopeOf(['Roster']))
  try {
    return locatedSummary(await source.locate(query, signal))
  } finally {
    await source.close()
  }
}
const only = async (query: string) => (await locate(query)).people[0]
const groupRequests = (): string[] =>
  google.requests.flatMap(({ query }) => (query['userKey'] === undefined ? [] : [query['userKey']]))

beforeEach(company)

describe('whom it finds', () => {
  beforeEach(() => {
    google.directory.updateUser('cat@corp.example', { aliases: ['kitty@corp.example'] })
  })
  test.each([
    ['the email', () => 'CAT@corp.example'],
    ['an alias', () => 'kitty@corp.example'],
    ['the id', () => google.directory.findUser('cat@corp.example')?.id ?? ''],
  ])('by %s', async (_, query) => {
    expect(await only(query())).toMatchObject({
      label: 'cat@corp.example',
      names: ['kitty@corp.example'],
      inactive: [],
    })
  })

  test.each([
    ['an address that nobody has', 'zoe@corp.example'],
    ['an address elsewhere, which Google forbids', 'eve@elsewhere.example'],
    ['the address of a group', 'sales@corp.example'],
    ['an id that nobody has', '123456'],
  ])('not %s', async (_, query) => {
    expect(await locate(query)).toEqual({ people: [], more: 0 })
  })

  test('what can be no key is not asked for', async () => {
    expect(await locate('../groups')).toEqual({ people: [], more: 0 })
    expect(await locate('ann')).toEqual({ people: [], more: 0 })
    expect(google.requests).toEqual([])
  })

  test.each([
    [{ suspended: true }, ['suspended']],
    [{ archived: true }, ['archived']],
    [{ suspended: true, archived: true }, ['suspended', 'archived']],
  ])('and why they are inactive: %o', async (changes, inactive) => {
    google.directory.updateUser('dan@corp.example', changes)
    expect(await only('dan@corp.example')).toMatchObject({ inactive })
  })

  test('an administrator without rights is an error, not nobody', async () => {
    google.directory.updateUser('admin@corp.example', { isAdmin: false })
    await expect(locate('ann@corp.example')).rejects.toMatchObject({ code: 'GOOGLE_FORBIDDEN' })
  })
})

describe('the groups above', () => {
  test('directly and through others, each asked for once, a group by its address', async () => {
    expect(await only('cat@corp.example')).toMatchObject({
      above: { EMEA: ['directly'], Sales: ['EMEA'], Roster: ['Sales'] },
      unread: null,
    })
    const { id = '' } = google.directory.findUser('cat@corp.example') ?? {}
    expect(groupRequests()).toEqual([id, 'emea@corp.example', 'sales@corp.example', 'roster@corp.example'])
  })

  test('nobody’s', async () => {
    people('zoe')
    expect(await only('zoe@corp.example')).toMatchObject({ above: {}, unread: null })
  })

  test('directly and through another at once, and past a cycle', async () => {
    google.directory.addMember('sales@corp.example', 'cat@corp.example')
    google.directory.addMember('emea@corp.example', 'roster@corp.example')
    expect((await only('cat@corp.example'))?.above).toEqual({
      EMEA: ['directly', 'Roster'],
      Sales: ['directly', 'EMEA'],
      Roster: ['Sales'],
    })
  })

  test('more than a page of them', async () => {
    for (let n = 0; n < 250; n++) group(`Team ${n}`.replace(' ', '-'), 'dan')
    expect(Object.keys((await only('dan@corp.example'))?.above ?? {})).toHaveLength(251)
  })

  test('what fails for a while is asked again; what fails for good is said, and the rest stands', async () => {
    let left = 2
    google.setFaults(({ query }) =>
      query['userKey'] === 'sales@corp.example' && left-- > 0 ? serverFault(503) : null,
    )
    expect(await only('cat@corp.example')).toMatchObject({ above: { Roster: ['Sales'] }, unread: null })
    google.setFaults(({ query }) => (query['userKey'] === 'sales@corp.example' ? serverFault(503) : null))
    const cat = await only('cat@corp.example')
    expect(cat?.above).toEqual({ EMEA: ['directly'], Sales: ['EMEA'] })
    expect(cat?.unread).toMatch(/the groups of sales@corp.example: GOOGLE_UNAVAILABLE: /)
  })

  test('a token that is refused for good ends it', async () => {
    google.setFaults(({ query }) => (query['userKey'] === undefined ? null : serverFault(401)))
    await expect(locate('cat@corp.example')).rejects.toBeInstanceOf(ScimPushError)
  })
})
