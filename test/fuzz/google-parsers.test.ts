import fc from 'fast-check'
import { Secret } from '../../src/lib/secret.ts'
import { makeKeyPair } from '../../src/emulators/google/service-account.ts'
import { parseServiceAccount } from '../../src/source/google/credentials.ts'
import type { FailedTry } from '../../src/source/google/failure.ts'
import { failureOfApi, failureOfToken } from '../../src/source/google/failure.ts'
import { parseGroup, parseMember, parsePage, parsePerson, parseUser } from '../../src/source/google/parse.ts'
import { fuzz } from '../fixtures/fuzz/fuzz.ts'
import { hostileText } from '../fixtures/fuzz/hostile.ts'
import { hostileJsonText, mutatedValue } from '../fixtures/fuzz/mutate.ts'
import { ended, mustBeCoded } from '../fixtures/fuzz/outcome.ts'

const user = {
  id: '1001',
  primaryEmail: 'ann@corp.example',
  name: { givenName: 'Ann', familyName: 'Example', fullName: 'Ann Example' },
  suspended: false,
  archived: false,
  aliases: ['a@corp.example'],
  nonEditableAliases: ['b@corp.example'],
}
const group = {
  id: '01abc',
  email: 'dev@corp.example',
  name: 'Dev',
  aliases: ['d@corp.example'],
  directMembersCount: '2',
}
const member = { id: '1001', email: 'ann@corp.example', type: 'USER' }

const isText = (value: unknown): boolean => typeof value === 'string'
const mustHold = (fits: boolean, what: string): void => {
  if (!fits) throw new Error(`${what} is not of the shape that is declared`)
}

fuzz('a user', 12_000, mutatedValue(user), (value) => {
  const end = ended(() => parsePerson(value))
  if (end.kind === 'error') return
  const { user: found, aliases } = end.value
  mustHold(
    isText(found.key) && found.key !== '' && isText(found.userName) && found.userName !== '',
    'who it is',
  )
  mustHold([found.displayName, found.givenName, found.familyName, ...aliases].every(isText), 'a name')
  mustHold(typeof found.active === 'boolean', 'active')
})

fuzz('a group', 8000, mutatedValue(group), (value) => {
  const end = ended(() => parseGroup(value))
  if (end.kind === 'error') return
  const { key, name, email, aliases, directMembers } = end.value
  mustHold([key, name, email, ...aliases].every(isText) && key !== '' && name !== '', 'a text')
  mustHold(directMembers === null || directMembers >= 0, 'a count')
})

fuzz('a member', 6000, mutatedValue(member), (value) => {
  const end = ended(() => parseMember(value))
  if (end.kind === 'value' && end.value.type !== 'CUSTOMER') mustHold(isText(end.value.key), 'a key')
})

const users = ['1001', '1002', '1003'].map((id) => ({ ...user, id }))
fuzz(
  'a page of users',
  12_000,
  mutatedValue({ kind: 'admin#directory#users', users, nextPageToken: 'abc' }),
  (value) => {
    const end = ended(() => parsePage(value, 'users', parseUser))
    if (end.kind === 'error') return
    const { items, nextPageToken } = end.value
    mustHold(nextPageToken === null || (isText(nextPageToken) && nextPageToken !== ''), 'a token')
    // Whoever stands in the list is in the answer, or nobody is.
    const listed = (value as { readonly users?: readonly unknown[] }).users ?? []
    mustHold(items.length === listed.length, 'a page')
  },
)

const privateKey = (await makeKeyPair()).privateKey.export({ type: 'pkcs8', format: 'pem' })
const file = {
  type: 'service_account',
  client_email: 'x@y.example',
  client_id: '12345',
  private_key_id: 'k',
  private_key: privateKey,
}
fuzz('credentials.json', 3000, hostileJsonText(file), (text) => {
  const end = ended(() => parseServiceAccount(new Secret(text)))
  if (end.kind === 'error')
    mustHold(end.error.code === 'GOOGLE_KEY_FILE' && end.error.message.length < 200, 'the error')
  else mustHold([end.value.clientEmail, end.value.clientId, end.value.keyId].every(isText), 'an account')
})

const status = fc.oneof(
  fc.constantFrom(302, 400, 401, 403, 404, 408, 412, 429, 500, 503),
  fc.integer({ min: 100, max: 999 }),
)
const retryAfter = fc.option(fc.oneof(hostileText, fc.constantFrom('120', '9'.repeat(400))))
const checked = (failed: FailedTry): void => {
  const { message } = mustBeCoded(failed.error)
  mustHold(!message.includes('t0p-secret') && !/[\r\n\0]/.test(message) && message.length < 1000, 'a message')
  mustHold(failed.reason.length < 100, 'a reason')
}
const apiError = {
  error: {
    code: 403,
    message: 'no t0p-secret',
    errors: [{ reason: 'quotaExceeded', message: 'no', domain: 'usageLimits' }],
  },
}
fuzz(
  'an error of the API',
  6000,
  fc.tuple(status, mutatedValue(apiError), retryAfter),
  ([code, body, after]) =>
    checked(
      failureOfApi({
        status: code,
        body,
        retryAfter: after,
        where: 'GET users',
        nowMs: 0,
        secrets: ['t0p-secret'],
      }),
    ),
)
const tokenError = { error: 'invalid_grant', error_description: 'Invalid t0p-secret JWT signature' }
fuzz(
  'an error of the token endpoint',
  5000,
  fc.tuple(status, mutatedValue(tokenError), retryAfter),
  ([code, body, after]) =>
    checked(
      failureOfToken(
        { status: code, body, retryAfter: after, where: 'POST token', nowMs: 0, secrets: ['t0p-secret'] },
        { subject: 'admin@corp.example', clientId: '12345', scopes: ['a'] },
      ),
    ),
)
