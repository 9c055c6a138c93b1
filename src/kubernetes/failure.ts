import { ApiException } from '@kubernetes/client-node'
import { ScimPushError } from '../errors/error.ts'
import { isObject } from '../lib/json.ts'
import { noAnswer } from './no-answer.ts'

/**
 * What an error of the client means. Its own message holds the headers and the raw body, so neither it nor the body is passed on:
 * only the `message` of the Status that the API server sent, or in words why there was none.
 */
export const failureOf = (cause: unknown, where: string): ScimPushError => {
  if (!(cause instanceof ApiException)) {
    return new ScimPushError('KUBERNETES_UNAVAILABLE', { ...noAnswer(cause), where, cause })
  }
  const { code } = cause
  const said = messageOf(cause.body)
  const message = said === '' ? `the API server answered ${code}` : said
  switch (code) {
    case 404:
      return new ScimPushError('KUBERNETES_NOT_FOUND', { message, where })
    case 401:
    case 403:
      return new ScimPushError('KUBERNETES_FORBIDDEN', { message, where })
    case 409:
      return new ScimPushError('KUBERNETES_CONFLICT', { message, where })
    default:
      // 429 and 5xx pass; what else the server refuses it will refuse again.
      return code === 429 || code >= 500
        ? new ScimPushError('KUBERNETES_UNAVAILABLE', { message, where })
        : new ScimPushError('KUBERNETES_REFUSED', { message, where })
  }
}

/** The body is an unparsed string. */
const messageOf = (body: unknown): string => {
  try {
    const status: unknown = typeof body === 'string' ? JSON.parse(body) : body
    return isObject(status) && typeof status['message'] === 'string' ? status['message'].slice(0, 300) : ''
  } catch {
    return ''
  }
}
