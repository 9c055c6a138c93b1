/** What is longer than this is no answer of a directory or a SCIM endpoint: 10,000 users of Keeper are about 5 MB. */
export const LONGEST_ANSWER = 64 * 2 ** 20

/** An answer went on past the limit; the rest of it was not read. */
export class AnswerTooLong extends Error {
  override readonly name = 'AnswerTooLong'
  readonly code = 'ANSWER_TOO_LONG'

  constructor(most: number) {
    super(`the answer is longer than ${most / 2 ** 20} MiB`)
  }
}

/** `fetch` whose answers are here in full, and within the limit: libraries read a body of any length. */
export const wholeAnswers =
  (send: typeof fetch): typeof fetch =>
  async (input, init) => {
    const { body, status, statusText, headers } = await send(input, init)
    const bytes = body && new Uint8Array(await bytesWithin(body))
    return new Response(bytes, { status, statusText, headers: [...headers] })
  }

/**
 * The bytes of a body, as they are after decompression. A server that never ends its answer, or packs much into little, is left
 * at the limit. @throws AnswerTooLong, and what the body throws
 */
export const bytesWithin = async (body: AsyncIterable<unknown>, most = LONGEST_ANSWER): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let length = 0
  // Leaving the loop by an error closes the connection behind the body.
  for await (const chunk of body) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('a body is made of bytes')
    length += chunk.length
    if (length > most) throw new AnswerTooLong(most)
    chunks.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))
  }
  return Buffer.concat(chunks, length)
}
