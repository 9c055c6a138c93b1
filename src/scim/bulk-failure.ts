import { ScimPushError } from '../errors/error.ts'
import { isObject } from '../lib/json.ts'
import type { Secret } from '../lib/secret.ts'
import { resourceIn } from './bulk-answer.ts'
import { FailedTry, failureOfAnswer } from './failure.ts'
import type { ScimRequest, ScimResponse } from './request.ts'

interface Place {
  readonly baseUrl: string
  readonly token: Secret
}

/** What the answer to one operation of a Bulk would have meant as the answer to a request; null for a success. */
export const failureOfOperation = (
  { method, path }: ScimRequest,
  answer: Required<ScimResponse> | undefined,
  { baseUrl, token }: Place,
): FailedTry | null => {
  const where = `${method} ${baseUrl}${path}`
  if (answer === undefined) return unreadable(200, 'it does not say what became of this operation', where)
  const { status, body, location } = answer
  if (status < 200 || status >= 300) {
    const text = JSON.stringify(body)
    const contentType = 'application/json'
    return failureOfAnswer({ method, where, status, text, contentType, location: '', afterMs: null, token })
  }
  if (method === 'POST')
    return isObject(body) && body['id'] !== undefined
      ? null
      : unreadable(status, 'it says that something was created, and not what', where)
  const [own, shown] = [resourceIn(path), resourceIn(location)]
  if (own === null || shown === null || own.id === shown.id) return null
  const message = `changed ${own.id}, and the answer is about ${shown.id.slice(0, 300)}`
  return new FailedTry(new ScimPushError('SCIM_WRONG_RESOURCE', { message, where }), {
    reason: 'malformed',
    status,
    transient: false,
    uncertain: true,
  })
}

/** Nothing in the answer to a Bulk is about any of its operations. */
export const failureOfNothing = ({ status }: ScimResponse, { baseUrl }: Place): FailedTry =>
  unreadable(status, 'it is about none of the operations', `POST ${baseUrl}/Bulk`)

const unreadable = (status: number, what: string, where: string): FailedTry =>
  new FailedTry(new ScimPushError('SCIM_MALFORMED', { message: `the answer to a Bulk: ${what}`, where }), {
    reason: 'malformed',
    status,
    transient: true,
    uncertain: true,
  })

/**
 * What became of a Bulk that failed as a whole:
 * - `busy`: nothing was carried out; the same again, later
 * - `no-bulk`: nothing was carried out, nor would any other Bulk be. A redirect is not followed, and leads elsewhere for Bulks alone.
 * - `too-large`: nothing was carried out
 * - `final`: the same would become of each of its operations
 * - `doubtful`: perhaps carried out, but what came makes no sense as an answer
 * - `late`, `broken`: perhaps carried out; there was no whole answer, in the former case because it took too long
 */
export const kindOfFailure = ({
  asksToSlowDown,
  status,
  transient,
  reason,
  error,
}: FailedTry): 'busy' | 'no-bulk' | 'too-large' | 'final' | 'doubtful' | 'late' | 'broken' => {
  if (asksToSlowDown) return 'busy'
  if (status === null && !transient) return 'final'
  if (status !== null && ((status >= 300 && status < 400) || [403, 404, 405, 501].includes(status)))
    return 'no-bulk'
  if (status === 413) return 'too-large'
  if (error.failure === 'credentials') return 'final'
  if (!transient || reason === 'malformed') return 'doubtful'
  return reason === 'timeout' || status === 408 || status === 504 ? 'late' : 'broken'
}
