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

/**
 * Finds what a POST may have created, by its externalId: with a filter, with a filter by name where the server finds nothing by
 * externalId, and where it can't or doesn't filter, in the whole list. What has the name and another externalId is not it. Null
 * when there is none.
 * @throws ScimPushError when no way gives an answer
 */
export const findCreated = async (
  options: ListOptions,
  parse: (resource: unknown, where: string) => Identified,
  { externalId, name }: Sought,
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
  return (await readAll(options, parse)).find(isIt)?.id ?? null
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
