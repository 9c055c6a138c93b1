import { randomBytes, verify } from 'node:crypto'
import type { Answer } from '../faults.ts'
import { isObject } from '../../lib/json.ts'
import type { GoogleDirectory } from './directory.ts'
import { TokenRefusal } from './google-error.ts'
import type { ServiceAccount } from './service-account.ts'

export interface AccessToken {
  readonly scopes: ReadonlySet<string>
  /** The impersonated user; null for the service account itself. */
  readonly subject: string | null
  readonly expiresAtMs: number
}

export interface TokenEndpoint {
  /** Answers a POST with a signed assertion (RFC 7523). @throws TokenRefusal */
  issue(contentType: string, body: string): Answer
  /** Null for a token that was never issued, is revoked, or has expired. */
  find(token: string): AccessToken | null
  revokeAll(): void
}

interface Options {
  readonly account: ServiceAccount
  readonly directory: GoogleDirectory
  readonly tokenUrl: () => string
  /** What is delegated to the client id in the Admin console at this moment. */
  readonly delegated: () => ReadonlySet<string>
  readonly lifetimeSeconds: number
  readonly now: () => number
}

const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const SKEW_SECONDS = 300

export const createTokenEndpoint = (options: Options): TokenEndpoint => {
  const { directory, lifetimeSeconds, now } = options
  const tokens = new Map<string, AccessToken>()
  return {
    issue(contentType, body) {
      if (!/^application\/x-www-form-urlencoded\b/i.test(contentType))
        throw new TokenRefusal(400, 'invalid_request', 'The body must be a form.')
      const form = new URLSearchParams(body)
      if (form.get('grant_type') !== GRANT)
        throw new TokenRefusal(
          400,
          'unsupported_grant_type',
          `Invalid grant_type: ${form.get('grant_type') ?? ''}`,
        )
      const claims = verifiedClaims(form.get('assertion') ?? '', options)
      const scopes = new Set(text(claims, 'scope').split(/\s+/).filter(Boolean))
      if (scopes.size === 0) throw new TokenRefusal(400, 'invalid_scope', 'Missing required parameter: scope')
      if (![...scopes].every((scope) => options.delegated().has(scope)))
        throw new TokenRefusal(
          401,
          'unauthorized_client',
          'Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.',
        )
      const subject = claims['sub'] === undefined ? null : text(claims, 'sub')
      if (subject !== null && !directory.findUser(subject))
        throw new TokenRefusal(400, 'invalid_grant', 'Invalid email or User ID')
      const token = `ya29.${randomBytes(24).toString('base64url')}`
      tokens.set(token, { scopes, subject, expiresAtMs: now() + lifetimeSeconds * 1000 })
      return {
        status: 200,
        body: { access_token: token, expires_in: lifetimeSeconds, token_type: 'Bearer' },
      }
    },
    find(token) {
      const found = tokens.get(token)
      return found && found.expiresAtMs > now() ? found : null
    },
    revokeAll: () => tokens.clear(),
  }
}

const invalidGrant = (description: string): TokenRefusal =>
  new TokenRefusal(400, 'invalid_grant', description)

const verifiedClaims = (
  assertion: string,
  { account, tokenUrl, now }: Options,
): Readonly<Record<string, unknown>> => {
  const [head = '', payload = '', signature = '', more] = assertion.split('.')
  const header = decode(head)
  const claims = decode(payload)
  if (more !== undefined || header?.['alg'] !== 'RS256' || !claims)
    throw new TokenRefusal(400, 'invalid_request', 'Bad Request')
  if (claims['iss'] !== account.email) throw invalidGrant('Invalid grant: account not found')
  const signed = Buffer.from(`${head}.${payload}`)
  if (!verify('sha256', signed, account.publicKey(), Buffer.from(signature, 'base64url')))
    throw invalidGrant('Invalid JWT Signature.')
  if (claims['aud'] !== tokenUrl())
    throw invalidGrant(`Invalid JWT: Failed audience check. The right audience is ${tokenUrl()}`)
  const { iat, exp } = claims
  const seconds = now() / 1000
  const timely =
    typeof iat === 'number' &&
    typeof exp === 'number' &&
    exp > iat &&
    exp - iat <= 3600 &&
    iat <= seconds + SKEW_SECONDS &&
    exp > seconds - SKEW_SECONDS
  if (!timely)
    throw invalidGrant(
      'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.',
    )
  return claims
}

const decode = (part: string): Readonly<Record<string, unknown>> | null => {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

const text = (claims: Readonly<Record<string, unknown>>, name: string): string => {
  const value = claims[name]
  return typeof value === 'string' ? value : ''
}
