import { ScimPushError } from '../errors/error.ts'
import type { ScimId } from '../model/ids.ts'
import { readAll, type ListOptions } from './paging.ts'
import { parsePage } from './parse.ts'
import { filterValue } from './wire.ts'

interface Identified {
  readonly id: ScimId
  readonly externalId: string | null
}

/** What was sent: the externalId says whose it is, the name helps to find it. */
export interface Sought {
  readonly externalId: string
  readonly name: { readonly attribute: 'userName' | 'displayName'; readonly value: string }
}

/** So many are looked up one by one in any case: a list may be long. */
const FEW = 10

interface Asked {
  readonly sought: Sought
  readonly resolve: (id: ScimId | null) => void
  readonly reject: (error: unknown) => void
}

/**
 * Finds what POSTs may have created. Those that are asked for in one moment, as after a Bulk, share one read of the whole list where
 * that takes fewer requests, or where the server can't filter.
 * @param listed about how many there are in the list
 */
export const createLookUp = (
  listOptions: () => ListOptions,
  parse: (resource: unknown, where: string) => Identified,
  listed: () => number,
): ((sought: Sought) => Promise<ScimId | null>) => {
  let waiting: Asked[] = []

  const answerAll = async (): Promise<void> => {
    const asked = waiting
    waiting = []
    const options = listOptions()
    let read: Promise<ReadonlyMap<string, ScimId>> | null = null
    const whole = (): Promise<ReadonlyMap<string, ScimId>> => (read ??= idsByExternalId(options, parse))
    const pages = (listed() + asked.length) / options.count
    let list: ReadonlyMap<string, ScimId> | null = null
    if (asked.length > FEW && asked.length > pages) {
      // A list that changes while it is read may not be readable; one by one they are found all the same.
      list = await whole().catch(() => null)
      if (list === null) read = null
    }
    for (const { sought, resolve, reject } of asked) {
      if (list !== null) resolve(list.get(sought.externalId) ?? null)
      else findCreated(options, parse, sought, whole).then(resolve, reject)
    }
  }
  return (sought) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(() => void answerAll())
      waiting.push({ sought, resolve, reject })
    })
}

const idsByExternalId = async (
  options: ListOptions,
  parse: (resource: unknown, where: string) => Identified,
): Promise<ReadonlyMap<string, ScimId>> => {
  const ids = new Map<string, ScimId>()
  for (const { externalId, id } of await readAll(options, parse))
    if (externalId !== null && !ids.has(externalId)) ids.set(externalId, id)
  return ids
}

/**
 * Finds what a POST may have created, by its externalId: with a filter, with a filter by name where the server finds nothing by
 * externalId, and where it can't or doesn't filter, in the whole list. What has the name and another externalId is not it. Null
 * when there is none.
 * @throws ScimPushError when no way gives an answer
 */
const findCreated = async (
  options: ListOptions,
  parse: (resource: unknown, where: string) => Identified,
  { externalId, name }: Sought,
  whole: () => Promise<ReadonlyMap<string, ScimId>>,
): Promise<ScimId | null> => {
  const isIt = (resource: Identified): boolean => resource.externalId === externalId
  const filters = [
    `externalId eq ${filterValue(externalId)}`,
    `${name.attribute} eq ${filterValue(name.value)}`,
  ]
  let answered = false
  for (const filter of filters) {
    const found = await byFilter(options, filter)
    const match = found?.map((resource) => parse(resource, options.path)).find(isIt)
    if (match) return match.id
    answered ||= found?.length === 0
  }
  // A server that ignores filters answers with others; only an empty answer means that there is none.
  if (answered) return null
  return (await whole()).get(externalId) ?? null
}

/** Null when the server refuses the filter. */
const byFilter = async (
  { reader, path }: ListOptions,
  filter: string,
): Promise<readonly unknown[] | null> => {
  try {
    const { body } = await reader.send({ method: 'GET', path, query: { filter, count: '2' } })
    return parsePage(body, path).resources
  } catch (error) {
    const refused = error instanceof ScimPushError && error.failure === 'protocol'
    if (refused) return null
    throw error
  }
}
