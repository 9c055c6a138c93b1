import { ScimPushError } from '../errors/error.ts'
import type { ScimClient } from './client.ts'
import { readAll } from './paging.ts'
import { parsePage } from './parse.ts'
import { filterValue } from './wire.ts'

interface Identified {
  readonly id: string
  readonly externalId: string | null
}

interface Options<T> {
  readonly client: ScimClient
  readonly path: string
  readonly count: number
  readonly concurrency: number
  readonly parse: (resource: unknown, where: string) => T
}

/**
 * Finds the resource with an externalId: by a filter, and where the server can't or doesn't filter, in the whole list.
 * Null when there is none.
 * @throws ScimPushError when neither way gives an answer
 */
export const findByExternalId = async <T extends Identified>(
  { client, path, count, concurrency, parse }: Options<T>,
  externalId: string,
): Promise<T | null> => {
  const isIt = (resource: T): boolean => resource.externalId === externalId
  try {
    const { body } = await client.send({
      method: 'GET',
      path,
      query: { filter: `externalId eq ${filterValue(externalId)}`, count: '2' },
    })
    const found = parsePage(body, path).resources.map((resource) => parse(resource, path))
    const match = found.find(isIt)
    if (match) return match
    // A server that ignores filters answers with others; only an empty answer means that there is none.
    if (found.length === 0) return null
  } catch (error) {
    if (
      !(error instanceof ScimPushError) ||
      error.failure === 'unreachable' ||
      error.failure === 'credentials'
    )
      throw error
  }
  return (await readAll({ client, path, count, concurrency }, parse)).find(isIt) ?? null
}
