import { readBounded } from './http.ts'

/** Far longer than any page of users. */
const LONGEST = 64 * 2 ** 20

/** An answer went on past the limit; the rest of it was not read. */
class AnswerTooLong extends Error {
  override readonly name = 'AnswerTooLong'
  readonly code = 'ANSWER_TOO_LONG'
}

/**
 * `fetch` whose answers are here in full when they are answered with, after decompression, and none longer than `most` bytes: the
 * libraries read a body of any length, and a server may never end one, or pack much into little.
 */
export const wholeAnswers =
  (send: typeof fetch, most = LONGEST): typeof fetch =>
  async (input, init) => {
    const { body, status, statusText, headers } = await send(input, init)
    const text = body && (await readBounded(body, most))
    if (body && text === null) throw new AnswerTooLong(`the answer is longer than ${most} bytes`)
    return new Response(text, { status, statusText, headers: [...headers] })
  }
