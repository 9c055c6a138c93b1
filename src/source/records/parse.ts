import { suggest } from '../../lib/suggest.ts'
import { keyOf, type GroupRecord, type RecordsFile, type UserRecord } from './record.ts'

const USER_FIELDS = [
  ...['id', 'external_id', 'login', 'email', 'domain'],
  ...['full_name', 'first_name', 'last_name', 'active', 'groups'],
]
const GROUP_FIELDS = ['id', 'external_id', 'name', 'domain']

export interface ParsedRecords {
  readonly file: RecordsFile
  /** What is wrong, each with the record it is about; `file` is of no use unless this is empty. */
  readonly problems: readonly string[]
}

/**
 * Reads `{"users": […], "groups": […]}`. The fields are those of Commander's record source (keepercommander,
 * `scim/data_sources.py`), mandatory ones included: `id` and `email` of a user, `id` and `name` of a group. Unlike there,
 * a user without `active` is active: to be listed is to be wanted, and taking it for inactive would lock people out.
 */
export const parseRecords = (data: unknown): ParsedRecords => {
  const problems: string[] = []
  const top = new Reader('the file', data, ['users', 'groups'], problems)
  // One record after the other: of a large company what it takes to read one is several times what is kept of it.
  const users = Array.from(top.records('users', USER_FIELDS), readUser)
  if (top.value('users') === undefined) top.complain('"users" is missing')
  const groups =
    top.value('groups') === undefined ? null : Array.from(top.records('groups', GROUP_FIELDS), readGroup)
  findDuplicates('users', users, problems)
  findDuplicates('groups', groups ?? [], problems)
  findUnknownGroups(users, groups ?? [], problems)
  return { file: { users, groups }, problems }
}

const readUser = (reader: Reader): UserRecord => ({
  id: reader.id('id', true),
  externalId: reader.id('external_id', false),
  login: reader.text('login', false),
  email: reader.text('email', true),
  fullName: reader.text('full_name', false),
  firstName: reader.text('first_name', false),
  lastName: reader.text('last_name', false),
  active: reader.boolean('active', true),
  groups: reader.ids('groups'),
})

const readGroup = (reader: Reader): GroupRecord => ({
  id: reader.id('id', true),
  externalId: reader.id('external_id', false),
  name: reader.text('name', true),
  domain: reader.text('domain', false),
})

/** Reads the fields of one object, and notes what is wrong with them under the object's name. */
class Reader {
  readonly #place: string
  readonly #fields: ReadonlyMap<string, unknown>
  readonly #problems: string[]

  constructor(place: string, data: unknown, known: readonly string[], problems: string[]) {
    this.#place = place
    this.#problems = problems
    const isObject = typeof data === 'object' && data !== null && !Array.isArray(data)
    // A field that is null is a field left out.
    this.#fields = new Map(isObject ? Object.entries(data).filter(([, value]) => value !== null) : [])
    if (!isObject) this.complain('an object is expected')
    for (const field of this.#fields.keys()) {
      if (known.includes(field)) continue
      const meant = suggest(field, known)
      const hint = meant === null ? `known are ${known.join(', ')}` : `did you mean "${meant}"?`
      this.complain(`unknown field ${quoted(field)}; ${hint}`)
    }
  }

  complain(problem: string): void {
    const id = this.#fields.get('id')
    const name = typeof id === 'string' || typeof id === 'number' ? named(this.#place, id) : this.#place
    this.#problems.push(`${name}: ${problem}`)
  }

  value(field: string): unknown {
    return this.#fields.get(field)
  }

  text(field: string, mandatory: boolean): string {
    const value = this.#fields.get(field)
    if (value !== undefined && typeof value !== 'string') {
      this.complain(`"${field}" must be text`)
      return ''
    }
    const text = value?.trim() ?? ''
    if (mandatory && text === '') this.complain(`"${field}" is ${value === undefined ? 'missing' : 'empty'}`)
    return text
  }

  /** Text, or a whole number, which many databases have for an id. */
  id(field: string, mandatory: boolean): string {
    const value = this.#fields.get(field)
    if (typeof value !== 'number') return this.text(field, mandatory)
    if (!Number.isSafeInteger(value)) this.complain(`"${field}" must be text or a whole number below 2^53`)
    return String(value)
  }

  boolean(field: string, otherwise: boolean): boolean {
    const value = this.#fields.get(field)
    if (value !== undefined && typeof value !== 'boolean')
      this.complain(`"${field}" must be true or false, without quotes`)
    return typeof value === 'boolean' ? value : otherwise
  }

  ids(field: string): readonly string[] {
    const list = this.#list(field)
    const ids: string[] = []
    for (const [index, item] of list.entries()) {
      const id = typeof item === 'number' && Number.isSafeInteger(item) ? String(item) : item
      if (typeof id === 'string' && id.trim() !== '') ids.push(id.trim())
      else this.complain(`"${field}"[${index}] must be the id of a group`)
    }
    return ids
  }

  *records(field: string, known: readonly string[]): Generator<Reader> {
    for (const [index, item] of this.#list(field).entries())
      yield new Reader(`${field}[${index}]`, item, known, this.#problems)
  }

  #list(field: string): readonly unknown[] {
    const value = this.#fields.get(field)
    if (Array.isArray(value)) return value
    if (value !== undefined) this.complain(`"${field}" must be a list`)
    return []
  }
}

/** An id must be one record's alone, and so must the key that is made of it: two people must not become one at the target. */
const findDuplicates = (
  list: string,
  records: readonly (UserRecord | GroupRecord)[],
  problems: string[],
): void => {
  const ids = new Map<string, number>()
  const keys = new Map<string, number>()
  const name = (index: number): string => nameOf(list, index, records[index])
  for (const [index, record] of records.entries()) {
    if (record.id === '') continue
    const sameId = ids.get(record.id)
    const sameKey = keys.get(keyOf(record))
    if (sameId !== undefined) problems.push(`${name(index)}: ${name(sameId)} has the same id`)
    else if (sameKey !== undefined)
      problems.push(
        `${name(index)}: its external_id, or its id for want of one, is that of ${name(sameKey)} too`,
      )
    ids.set(record.id, sameId ?? index)
    keys.set(keyOf(record), sameKey ?? index)
  }
}

const findUnknownGroups = (
  users: readonly UserRecord[],
  groups: readonly GroupRecord[],
  problems: string[],
): void => {
  const ids = new Set(groups.map(({ id }) => id))
  const byName = new Map<string, GroupRecord>()
  for (const group of groups)
    for (const other of [group.externalId, group.name]) if (!byName.has(other)) byName.set(other, group)
  for (const [index, user] of users.entries()) {
    for (const id of user.groups) {
      if (ids.has(id)) continue
      const meant = byName.get(id)
      const hint = meant ? `; a user names groups by their "id", so write ${quoted(meant.id)}` : ''
      problems.push(`${nameOf('users', index, user)}: there is no group with the id ${quoted(id)}${hint}`)
    }
  }
}

const nameOf = (list: string, index: number, record: { readonly id: string } | undefined): string =>
  record?.id ? named(`${list}[${index}]`, record.id) : `${list}[${index}]`

/** A record in a message, by its place and its id. */
const named = (place: string, id: string | number): string => `${place} (id ${quoted(id)})`

/** A piece of the file in a message: bounded, and control characters written out. */
const quoted = (value: string | number): string => JSON.stringify(String(value).slice(0, 100))
