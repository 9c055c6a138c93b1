/** A believable company: people, and groups nested in each other. Made the same way every time. */
export interface Company {
  readonly people: readonly {
    readonly email: string
    readonly givenName: string
    readonly familyName: string
  }[]
  /** In an order in which a group comes after those nested in it. Members are emails of people and groups. */
  readonly groups: readonly {
    readonly email: string
    readonly name: string
    readonly members: readonly string[]
  }[]
}

const GIVEN =
  'Ada,Ben,Carla,David,Elif,Farid,Grace,Hiro,Ines,Jonas,Katja,Liam,Mei,Noah,Olga,Pavel,Quinn,Rosa,Samir,Tess'.split(
    ',',
  )
const FAMILY = 'Abbott,Bauer,Costa,Dubois,Eriksen,Fischer,García,Haddad,Ito,Jansen'.split(',')

/** Team, what it is nested in, and how many people of the company are directly in it. */
const TEAMS: readonly (readonly [name: string, parent: string | null, people: number])[] = [
  ['Site Reliability', 'Platform', 10],
  ['Security Engineering', 'Platform', 8],
  ['Backend', 'Engineering', 24],
  ['Frontend', 'Engineering', 18],
  ['Mobile', 'Engineering', 10],
  ['Platform', 'Engineering', 6],
  ['Engineering', null, 4],
  ['Sales EMEA', 'Sales', 16],
  ['Sales Americas', 'Sales', 18],
  ['Sales', null, 4],
  ['Support Tier 1', 'Customer Support', 14],
  ['Support Tier 2', 'Customer Support', 8],
  ['Customer Support', null, 2],
  ['Marketing', null, 14],
  ['People & Culture', null, 10],
  ['Finance', null, 12],
  ['Legal', null, 6],
  ['Office & Facilities', null, 8],
  ['Executives', null, 8],
]

const addressOf = (name: string, domain: string): string =>
  `${name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')}@${domain}`

/** 200 people in 20 groups; the last group, `keeper-users`, lists all others of the top level. */
export const createCompany = (domain: string): Company => {
  const people = Array.from({ length: GIVEN.length * FAMILY.length }, (_, n) => {
    const givenName = GIVEN[n % GIVEN.length] ?? ''
    const familyName = FAMILY[Math.floor(n / GIVEN.length)] ?? ''
    return { email: addressOf(`${givenName} ${familyName}`, domain).replace('-', '.'), givenName, familyName }
  })
  let next = 0
  const groups = TEAMS.map(([name, , count]) => {
    const direct = people.slice(next, next + count).map(({ email }) => email)
    next += count
    const nested = TEAMS.filter(([, parent]) => parent === name).map(([team]) => addressOf(team, domain))
    return { email: addressOf(name, domain), name, members: [...direct, ...nested] }
  })
  const top = TEAMS.filter(([, parent]) => parent === null).map(([name]) => addressOf(name, domain))
  return {
    people,
    groups: [...groups, { email: `keeper-users@${domain}`, name: 'Keeper Users', members: top }],
  }
}
