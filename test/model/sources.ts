import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fault } from '../../src/emulators/faults.ts'
import type { GoogleEmulator, GoogleFault } from '../../src/emulators/google/google-emulator.ts'
import { silentLog } from '../../src/lib/log.ts'
import { createRecordsSource } from '../../src/source/records/records-source.ts'
import type { Scope, Source } from '../../src/source/source.ts'
import { googleSourceTo, startTenant } from '../fixtures/google-source.ts'
import type { Company } from './company.ts'

/** What goes wrong at the source for as long as a run lasts. Names are keys. */
export type SourceFault =
  | { readonly kind: 'members' | 'short'; readonly team: string }
  | { readonly kind: 'person'; readonly person: string }
  /** Not to be found by its name. */
  | { readonly kind: 'hidden'; readonly team: string }
  /** Half of the users, or an answer without anybody in it. */
  | { readonly kind: 'half' | 'empty' | 'down' }

/** What of the company a run did not get to see. */
export interface Unread {
  readonly teams: ReadonlySet<string>
  readonly people: boolean
  readonly hidden: ReadonlySet<string>
  /** The company as it was read was empty, and nothing in it tells that from the truth. */
  readonly blank: boolean
}

export const allRead: Unread = { teams: new Set(), people: false, hidden: new Set(), blank: false }

interface Opened {
  readonly source: Source
  /** Known after the run. */
  unread(): Unread
}

/** A kind of directory: its ways of showing a company, and of failing to. */
export interface Directory {
  readonly name: string
  readonly firstScope: Scope
  readonly nesting: boolean
  /** Whether an entry may lack an email, or have that of another. */
  readonly strangeEmails: 'none' | 'shared' | 'any'
  /** No SCIM group means that all groups are the selection. */
  readonly allSelected: boolean
  readonly faults: readonly SourceFault['kind'][]
  open(company: Company, scope: Scope, fault: SourceFault | null): Promise<Opened>
  close(): Promise<void>
}

export const listed: Scope = { scimGroups: ['Roster'], groups: 'listed', exclude: { users: [], groups: [] } }

const hasty = { retryPolicy: { attempts: 2, baseMs: 0, capMs: 0, totalMs: 60_000 } }
const answer: Fault = { kind: 'answer', status: 503 }

/** The real Google source, and an emulated tenant that shows the company. */
export const googleDirectory = async (): Promise<Directory> => {
  const google = await startTenant()
  return {
    name: 'Google',
    firstScope: listed,
    nesting: true,
    strangeEmails: 'none',
    allSelected: false,
    faults: ['members', 'short', 'person', 'hidden', 'empty', 'down'],
    open(company, scope, fault) {
      show(google, company)
      const teams = new Set<string>()
      let people = false
      if (fault?.kind === 'hidden' && company.teams.has(fault.team))
        google.directory.updateGroup(fault.team, { searchable: false })
      google.setFaults(({ path }): GoogleFault | null => {
        const [, team] = /\/groups\/([^/]+)\/members$/.exec(path) ?? []
        const size = company.teams.get(team ?? '')
        const members = (size?.people.size ?? 0) + (size?.teams.size ?? 0)
        switch (fault?.kind) {
          case 'down':
            return answer
          case 'members':
            if (team !== fault.team) return null
            teams.add(team)
            return answer
          case 'short':
          case 'empty':
            if (team === undefined || members === 0 || (fault.kind === 'short' && team !== fault.team))
              return null
            teams.add(team)
            return fault.kind === 'short'
              ? { kind: 'list', fault: 'cut' }
              : {
                  kind: 'answer',
                  status: 200,
                  headers: { 'content-type': 'application/json' },
                  body: '{"kind":"admin#directory#members"}',
                }
          case 'person':
            if (path.endsWith(`/users/${fault.person}`)) people = true
            return path.endsWith('/users') || path.endsWith(`/users/${fault.person}`) ? answer : null
          case 'half':
          case 'hidden':
          case undefined:
            return null
        }
      })
      const hidden = new Set(fault?.kind === 'hidden' ? [fault.team] : [])
      return Promise.resolve({
        source: googleSourceTo(google, scope, hasty).source,
        unread: () => ({ teams, people, hidden, blank: false }),
      })
    },
    close: () => google.close(),
  }
}

const show = ({ directory }: GoogleEmulator, { people, teams }: Company): void => {
  for (const group of [...directory.groups.values()]) directory.removeGroup(group.id)
  for (const user of [...directory.users.values()]) directory.removeUser(user.id)
  for (const { key, email, name, active } of people.values())
    directory.addUser({
      id: key,
      primaryEmail: email ?? '',
      givenName: name,
      suspended: !active,
      isAdmin: key === 'p0',
    })
  for (const { key, name } of teams.values())
    directory.addGroup({ id: key, name, email: `${key}@corp.example` })
  for (const team of teams.values())
    for (const member of [...team.people, ...team.teams]) directory.addMember(team.key, member)
}

/** The real source of records. */
export const recordsDirectory = async (): Promise<Directory> => {
  const folder = await mkdtemp(join(tmpdir(), 'model-'))
  const file = join(folder, 'people.json')
  const missing = join(folder, 'missing.json')
  return {
    name: 'records',
    firstScope: { ...listed, scimGroups: [], groups: 'selected' },
    nesting: false,
    strangeEmails: 'shared',
    allSelected: true,
    faults: ['empty', 'down'],
    async open({ people, teams }, scope, fault) {
      const users = [...people.values()].map(({ key, email, name, active }) => ({
        id: key,
        email,
        full_name: `${name} Doe`,
        first_name: name,
        last_name: 'Doe',
        active,
        groups: [...teams.values()].filter((team) => team.people.has(key)).map((team) => team.key),
      }))
      const groups = [...teams.values()].map(({ key, name }) => ({ id: key, name }))
      await writeFile(file, JSON.stringify({ users: fault?.kind === 'empty' ? [] : users, groups }))
      const source = createRecordsSource({
        file: fault?.kind === 'down' ? missing : file,
        scope,
        log: silentLog,
      })
      return { source, unread: () => ({ ...allRead, blank: fault?.kind === 'empty' }) }
    },
    close: () => rm(folder, { recursive: true }),
  }
}
