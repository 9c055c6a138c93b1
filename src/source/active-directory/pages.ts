import type { SearchEntry } from 'ldapts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { OnRequest } from '../../lib/requests.ts'
import type { RetryPolicy } from '../../lib/retry.ts'
import type { Answer, LdapConnection } from './connection.ts'
import { ConnectionLost } from './connection-lost.ts'
import type { Timeouts } from './open.ts'
import { describeRefusal, isTransient, resultCode, type Refusal } from './result-code.ts'
import type { Found, Incomplete, Question } from './question.ts'

export interface PagesOptions {
  readonly timeouts: Timeouts
  readonly policy: RetryPolicy
  readonly log: Log
  readonly onRequest: OnRequest
  readonly clock: Clock
  readonly attempt: number
}

/** What is asked for a page; Active Directory's MaxPageSize. */
const PAGE_SIZE = 1000

/** A search that finds little in much may answer some empty pages; for ever is something else. */
const MAX_EMPTY_PAGES = 200

/** Far more than any domain has: pages that go on past it have no end. */
const MAX_ENTRIES = 2_000_000

/**
 * All pages of one search, on one connection: a cookie means nothing on another. An empty page with a cookie is not the
 * end (RFC 2696 §3: only an empty cookie is). A page that begins like one before it stands where others should be.
 * @throws ConnectionLost
 */
export const readPages = async <T>(
  connection: LdapConnection,
  question: Question,
  parse: (entry: SearchEntry) => T,
  options: PagesOptions,
): Promise<Found<T> & { readonly tryLater: Refusal | null }> => {
  const entries: T[] = []
  const paged = question.scope === 'sub'
  let cookie: Buffer | null = null
  let emptyPages = 0
  const begun = new Set<string>()
  let references = 0
  const ended = (incomplete: Incomplete | null, tryLater: Refusal | null = null) => {
    if (references > 0) options.log.debug('references to other partitions were left', { references })
    return { entries, incomplete, tryLater }
  }
  for (;;) {
    const answer: Answer = await askPage(connection, question, paged ? { cookie } : null, options)
    for (const entry of answer.entries) entries.push(parse(entry))
    references += answer.references
    const { result } = answer
    if (isTransient(result.status)) return ended(null, result)
    const first = answer.entries[0]?.name
    if (first !== undefined && begun.has(first))
      return ended({ status: null, detail: 'the server sent a page twice' })
    if (first !== undefined) begun.add(first)
    if (result.status !== resultCode.success)
      return ended({ status: result.status, detail: describeRefusal(result) })
    if (!paged || answer.cookie?.length === 0) return ended(null)
    if (question.sample && entries.length > 0) return ended(null)
    if (answer.cookie === null)
      return ended({ status: null, detail: 'the server did not say whether a page was the last' })
    emptyPages = answer.entries.length === 0 ? emptyPages + 1 : 0
    if (emptyPages >= MAX_EMPTY_PAGES)
      return ended({ status: null, detail: `${emptyPages} pages in a row were empty` })
    if (entries.length >= MAX_ENTRIES)
      return ended({ status: null, detail: `the pages go on after ${entries.length} entries` })
    cookie = answer.cookie
  }
}

const askPage = async (
  connection: LdapConnection,
  question: Question,
  paging: { readonly cookie: Buffer | null } | null,
  { timeouts, policy, onRequest, clock, attempt }: PagesOptions,
): Promise<Answer> => {
  const started = clock.monotonic()
  const again = attempt < policy.attempts
  const report = (status: number | null, retry: string | null): void =>
    onRequest({
      system: 'ldap',
      method: 'search',
      path: question.base,
      status,
      durationMs: clock.monotonic() - started,
      attempt,
      retry,
    })
  try {
    const { base, scope, filter, attributes, controls } = question
    const page = paging && { size: question.pageSize ?? PAGE_SIZE, cookie: paging.cookie }
    const answer = await connection.search(
      { base, scope, filter, attributes, controls, page, timeLimitSeconds: timeouts.searchSeconds },
      timeouts.answerMs,
    )
    const { status } = answer.result
    report(status, again && isTransient(status) ? 'busy' : null)
    return answer
  } catch (error) {
    report(null, again && error instanceof ConnectionLost ? error.reason : null)
    throw error
  }
}
