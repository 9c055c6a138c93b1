import type { Answer } from '../faults.ts'

/** An API error in Google's shape: `{error: {code, message, errors: [{domain, reason, message}]}}`. */
export const apiErrorBody = (status: number, reason: string, message: string): object => ({
  error: { code: status, message, errors: [{ domain: domainOf(reason), reason, message }] },
})

const domainOf = (reason: string): string =>
  /limit|quota|NotConfigured/i.test(reason) ? 'usageLimits' : 'global'

/** A refusal of the Directory API. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal'
  readonly status: number
  readonly reason: string

  constructor(status: number, reason: string, message: string) {
    super(message)
    this.status = status
    this.reason = reason
  }

  answer(): Answer {
    return { status: this.status, body: apiErrorBody(this.status, this.reason, this.message) }
  }
}

/** A refusal of the token endpoint: `{error, error_description}` (RFC 6749 §5.2). */
export class TokenRefusal extends Error {
  override readonly name = 'TokenRefusal'
  readonly status: number
  readonly error: string

  constructor(status: number, error: string, description: string) {
    super(description)
    this.status = status
    this.error = error
  }

  answer(): Answer {
    return { status: this.status, body: { error: this.error, error_description: this.message } }
  }
}

export const notFound = (what: string): ApiRefusal =>
  new ApiRefusal(404, 'notFound', `Resource Not Found: ${what}`)

export const forbidden = (): ApiRefusal =>
  new ApiRefusal(403, 'forbidden', 'Not Authorized to access this resource/api')

export const invalidInput = (what: string): ApiRefusal =>
  new ApiRefusal(400, 'invalid', `Invalid Input: ${what}`)

export const invalidParameter = (message: string): ApiRefusal =>
  new ApiRefusal(400, 'invalidParameter', message)
