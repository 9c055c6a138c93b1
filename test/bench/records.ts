import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { groupOf, peopleOf, type Size, type State } from './company.ts'

const LINES_A_CHUNK = 1000

/** Writes a file of records, piece by piece: that of a million people does not fit into one string. */
export const writeRecords = (file: string, size: Size, state: State): Promise<void> =>
  pipeline(Readable.from(inChunks(lines(size, state))), createWriteStream(file))

const lines = function* (size: Size, state: State): Generator<string> {
  yield '{"users":['
  let comma = ''
  for (const { id, email, givenName, familyName, groups } of peopleOf(size, state)) {
    const record = {
      id,
      email,
      full_name: `${givenName} ${familyName}`,
      first_name: givenName,
      last_name: familyName,
      active: true,
      groups: groups.map((n) => groupOf(n).id),
    }
    yield comma + JSON.stringify(record)
    comma = ',\n'
  }
  yield '],"groups":['
  for (let n = 0; n < size.groups; n++) {
    const { id, name } = groupOf(n)
    yield (n > 0 ? ',\n' : '') + JSON.stringify({ id, name })
  }
  yield ']}\n'
}

const inChunks = function* (pieces: Iterable<string>): Generator<string> {
  let chunk: string[] = []
  for (const piece of pieces) {
    chunk.push(piece)
    if (chunk.length < LINES_A_CHUNK) continue
    yield chunk.join('')
    chunk = []
  }
  yield chunk.join('')
}
