import type { Fault } from '../faults.ts'
import { apiErrorBody } from './google-error.ts'

const json = { 'content-type': 'application/json; charset=UTF-8' }

/** An error of the API in Google's shape. */
const apiFault = (
  status: number,
  reason: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Fault => ({
  kind: 'answer',
  status,
  headers: { ...json, ...headers },
  body: JSON.stringify(apiErrorBody(status, reason, message)),
})

/** Too many requests of this project in a minute. */
export const quotaFault = (
  reason:
    'quotaExceeded' | 'rateLimitExceeded' | 'userRateLimitExceeded' | 'dailyLimitExceeded' = 'quotaExceeded',
): Fault =>
  apiFault(403, reason, "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user'")

/** 429, with the time to wait where the service says one. */
export const tooManyFault = (retryAfter?: string): Fault =>
  apiFault(
    429,
    'rateLimitExceeded',
    'Too many requests',
    retryAfter === undefined ? {} : { 'retry-after': retryAfter },
  )

/** A failure of Google's own: 500, 502, 503, 504. */
export const serverFault = (status: number): Fault =>
  apiFault(status, 'backendError', 'Service unavailable. Please try again')

/** A refusal of the token endpoint. */
export const tokenFault = (status: number, error: string, description: string): Fault => ({
  kind: 'answer',
  status,
  headers: json,
  body: JSON.stringify({ error, error_description: description }),
})
