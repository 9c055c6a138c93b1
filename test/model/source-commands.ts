import fc from 'fast-check'
import { same, type Person, type Team } from './company.ts'
import { command, emails, names, personKeys, teamKeys, type Command } from './command.ts'
import type { Model } from './system.ts'

const person = fc.constantFrom(...personKeys)
const team = fc.constantFrom(...teamKeys)
/** The SCIM group goes or changes its name seldom: then nothing can be done but to wait for it. */
const rarelyRoster = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...teamKeys.slice(1)) },
  { weight: 1, arbitrary: fc.constant('g0') },
)
const email = fc.constantFrom(...emails)
const name = fc.constantFrom(...names)

/** Whether someone may have this email, which is nobody else's. */
const mayHave = ({ company, directory }: Model, key: string, wanted: string | null): boolean => {
  if (wanted === null) return directory.strangeEmails === 'any'
  return ![...company.people.values()].some((other) => other.key !== key && same(other.email, wanted))
}

const withPerson = (label: string, key: string, effect: (person: Person, model: Model) => void): Command =>
  command(
    `source: ${label}`,
    ({ company }) => company.people.has(key),
    (model) => {
      const found = model.company.people.get(key)
      if (found) effect(found, model)
    },
  )

const withTeam = (label: string, key: string, effect: (team: Team, model: Model) => void): Command =>
  command(
    `source: ${label}`,
    ({ company }) => company.teams.has(key),
    (model) => {
      const found = model.company.teams.get(key)
      if (found) effect(found, model)
    },
  )

const leave = ({ company }: Model, key: string): void => {
  company.people.delete(key)
  for (const { people } of company.teams.values()) people.delete(key)
}

const disband = ({ company }: Model, key: string): void => {
  company.teams.delete(key)
  for (const { teams } of company.teams.values()) teams.delete(key)
}

const people: readonly fc.Arbitrary<Command>[] = [
  fc.tuple(person, email, fc.subarray([...teamKeys])).map(([key, address, into]) =>
    command(
      `source: ${key} joins as ${address}, into ${into.join(' ')}`,
      (model) => !model.company.people.has(key) && mayHave(model, key, address),
      ({ company }) => {
        company.people.set(key, { key, email: address, name: address.split('@')[0] ?? '', active: true })
        for (const one of into) company.teams.get(one)?.people.add(key)
      },
    ),
  ),
  person.map((key) => withPerson(`${key} leaves`, key, (_, model) => leave(model, key))),
  fc
    .tuple(person, fc.boolean())
    .map(([key, active]) =>
      withPerson(`${key} is ${active ? 'active' : 'suspended'}`, key, (one) => (one.active = active)),
    ),
  fc.tuple(person, fc.option(email, { freq: 8 })).map(([key, address]) =>
    command(
      `source: ${key} gets the email ${address ?? 'none'}`,
      (model) => model.company.people.has(key) && mayHave(model, key, address),
      ({ company }) => {
        const found = company.people.get(key)
        if (found) found.email = address
      },
    ),
  ),
  fc.tuple(person, person).map(([a, b]) =>
    command(
      `source: ${a} gets the email of ${b}`,
      ({ company, directory }) =>
        directory.strangeEmails !== 'none' && company.people.has(a) && company.people.has(b),
      ({ company }) => {
        const [one, other] = [company.people.get(a), company.people.get(b)]
        if (one && other) one.email = other.email
      },
    ),
  ),
  fc.tuple(person, person).map(([a, b]) =>
    withPerson(`${a} and ${b} swap emails`, a, (one, { company }) => {
      const other = company.people.get(b)
      if (other) [one.email, other.email] = [other.email, one.email]
    }),
  ),
  fc
    .tuple(person, fc.constantFrom('ann', 'bob', 'kim'))
    .map(([key, called]) => withPerson(`${key} is called ${called}`, key, (one) => (one.name = called))),
  fc.tuple(person, person).map(([old, fresh]) =>
    command(
      `source: ${old} is hired anew as ${fresh}`,
      ({ company }) => company.people.has(old) && !company.people.has(fresh),
      (model) => {
        const { people: all, teams } = model.company
        const before = all.get(old)
        const in_ = [...teams.values()].filter((one) => one.people.has(old))
        leave(model, old)
        if (before) all.set(fresh, { ...before, key: fresh })
        for (const one of in_) one.people.add(fresh)
      },
    ),
  ),
]

const teams: readonly fc.Arbitrary<Command>[] = [
  fc.tuple(team, name, fc.subarray([...personKeys])).map(([key, called, members]) =>
    command(
      `source: group ${key} is made as ${called}, of ${members.join(' ')}`,
      ({ company }) => !company.teams.has(key),
      ({ company }) => {
        const there = members.filter((member) => company.people.has(member))
        company.teams.set(key, { key, name: called, people: new Set(there), teams: new Set() })
        company.teams.get('g0')?.teams.add(key)
      },
    ),
  ),
  rarelyRoster.map((key) => withTeam(`group ${key} is deleted`, key, (_, model) => disband(model, key))),
  fc
    .tuple(rarelyRoster, name)
    .map(([key, called]) =>
      withTeam(`group ${key} is renamed to ${called}`, key, (one) => (one.name = called)),
    ),
  fc.tuple(rarelyRoster, rarelyRoster).map(([a, b]) =>
    withTeam(`groups ${a} and ${b} swap names`, a, (one, { company }) => {
      const other = company.teams.get(b)
      if (other) [one.name, other.name] = [other.name, one.name]
    }),
  ),
  fc.tuple(team, person).map(([key, member]) =>
    withTeam(`${member} joins group ${key}`, key, (one, { company }) => {
      if (company.people.has(member)) one.people.add(member)
    }),
  ),
  fc
    .tuple(team, person)
    .map(([key, member]) =>
      withTeam(`${member} quits group ${key}`, key, (one) => void one.people.delete(member)),
    ),
  fc.tuple(team, team).map(([key, child]) =>
    command(
      `source: group ${child} is put into ${key}`,
      ({ company, directory }) =>
        directory.nesting && key !== child && company.teams.has(key) && company.teams.has(child),
      ({ company }) => void company.teams.get(key)?.teams.add(child),
    ),
  ),
  fc
    .tuple(team, team)
    .map(([key, child]) =>
      withTeam(`group ${child} is taken out of ${key}`, key, (one) => void one.teams.delete(child)),
    ),
]

/** Changes at the source. */
export const sourceCommands = [...people, ...teams]
