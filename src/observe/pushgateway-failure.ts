import type { ErrorCode } from '../errors/catalogue.ts'
import { ScimPushError } from '../errors/error.ts'
import { retryAfterMs } from '../lib/retry.ts'
import { withoutSecrets } from '../lib/secret.ts'

interface Facts {
  /** Null where there was no answer. */
  readonly status: number | null
  /** Trying again may help. */
  readonly transient: boolean
  /** It cost all the time that a try has. */
  readonly silent: boolean
  /** A Retry-After. */
  readonly afterMs: number | null
}

/** A try of a push that failed, with what a retry needs to know. */
export class FailedPush extends Error {
  override readonly name = 'FailedPush'
  readonly error: ScimPushError
  readonly status: number | null
  readonly transient: boolean
  readonly silent: boolean
  readonly afterMs: number | null

  constructor(error: ScimPushError, { status, transient, silent, afterMs }: Facts) {
    super(error.message, { cause: error })
    this.error = error
    this.status = status
    this.transient = transient
    this.silent = silent
    this.afterMs = afterMs
  }
}

/**
 * What an answer means; null where the push was taken. A page in HTML is no Pushgateway's, whatever its status: those say nothing when
 * all is well.
 */
export const failureOfAnswer = async (
  answer: Response,
  {
    where,
    hidden,
    nowMs,
  }: {
    readonly where: string
    /** Kept out of what is quoted: a proxy may echo it. */
    readonly hidden: readonly string[]
    readonly nowMs: number
  },
): Promise<FailedPush | null> => {
  const { status } = answer
  const html = /html/i.test(answer.headers.get('content-type') ?? '')
  const words = html || answer.ok ? await withoutWords(answer) : await wordsOf(answer, hidden)
  const failed = (code: ErrorCode, message: string, transient = false): FailedPush =>
    new FailedPush(new ScimPushError(code, { message: `${message}${words}`, where }), {
      status,
      transient,
      silent: false,
      afterMs: retryAfterMs(answer.headers.get('retry-after'), nowMs),
    })
  if (answer.ok && !html) return null
  if (status >= 300 && status < 400)
    return failed('PUSHGATEWAY_REDIRECT', `it redirects (${status}) to ${hostOf(answer)}`)
  switch (status) {
    case 401:
    case 403:
      return failed('PUSHGATEWAY_UNAUTHORIZED', `it refused the credentials, or wants some (${status})`)
    case 408:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
      return failed('PUSHGATEWAY_UNAVAILABLE', `it failed, or was too busy (${status})`, true)
    default:
      return failed(
        'PUSHGATEWAY_REFUSED',
        html ? `what answered is no Pushgateway: HTML (${status})` : `it did not take the push (${status})`,
      )
  }
}

const hostOf = (answer: Response): string =>
  URL.parse(answer.headers.get('location') ?? '')?.host ?? 'another path'

/** So much of its own words is read, and so much of that is quoted. */
const MOST_READ = 4096
const MOST_QUOTED = 300

const withoutWords = async ({ body }: Response): Promise<''> => {
  await body?.cancel().catch(() => undefined)
  return ''
}

/** Its first line, without anything that a log could stumble over. What can't be read to its end is quoted as far as it came. */
const wordsOf = async ({ body }: Response, hidden: readonly string[]): Promise<string> => {
  const parts: Uint8Array[] = []
  try {
    let bytes = 0
    for await (const part of body ?? []) {
      parts.push(part)
      bytes += part.length
      if (bytes > MOST_READ) break
    }
  } catch {
    // The status says enough.
  }
  const text = Buffer.concat(parts).subarray(0, MOST_READ).toString('utf8')
  const said = withoutSecrets(text, hidden)
    .trim()
    .split(/[\r\n]/, 1)
    .join()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
  return said && `: ${said.length > MOST_QUOTED ? `${said.slice(0, MOST_QUOTED)}…` : said}`
}
