import fc from 'fast-check'
import { Secret } from '../../src/lib/secret.ts'
import { retryAfterMs } from '../../src/lib/retry.ts'
import { FailedTry, failureOfAnswer } from '../../src/scim/failure.ts'
import { parseCreated, parseGroup, parsePage, parseUser } from '../../src/scim/parse.ts'
import { parseServiceProviderConfig } from '../../src/scim/service-provider-config.ts'
import { verifyAttributes, verifyMembers } from '../../src/scim/verify.ts'
import { scimId } from '../../src/model/ids.ts'
import { fuzz } from '../fixtures/fuzz/fuzz.ts'
import { hostileText } from '../fixtures/fuzz/hostile.ts'
import { hostileJsonText, mutatedValue } from '../fixtures/fuzz/mutate.ts'
import { ended, mustBeCoded } from '../fixtures/fuzz/outcome.ts'

const user = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  id: 'u1',
  externalId: 'k1',
  userName: 'ann@corp.example',
  displayName: 'Ann',
  name: { givenName: 'Ann', familyName: 'Example' },
  active: true,
  groups: [{ value: 'g1', type: 'direct' }, { value: 'g2' }],
}
const group = {
  id: 'g1',
  externalId: 'k9',
  displayName: 'Dev',
  members: [{ value: 'u1', type: 'User' }, { value: 'u2' }],
}

const isText = (value: unknown): boolean => typeof value === 'string'
const mustHold = (fits: boolean, what: string): void => {
  if (!fits) throw new Error(`${what} is not of the shape that is declared`)
}
/** A path that an id is put into ends in that id, encoded, wherever a URL is made of it. */
const mustStay = (id: string): void => {
  const { pathname } = new URL(`https://scim.example/v2/Users/${encodeURIComponent(id)}`)
  mustHold(pathname === `/v2/Users/${encodeURIComponent(id)}`, 'the id')
}

fuzz('a user', 14_000, mutatedValue(user), (value) => {
  const end = ended(() => parseUser(value, '/Users'))
  if (end.kind === 'error') return
  const { id, externalId, userName, displayName, givenName, familyName, active, groups } = end.value
  mustStay(id)
  mustHold(
    [id, userName, displayName, givenName, familyName].every(isText) && id !== '' && userName !== '',
    'a text',
  )
  mustHold(externalId === null || (isText(externalId) && externalId !== ''), 'externalId')
  mustHold(typeof active === 'boolean' && (groups === null || groups.every(isText)), 'active or groups')
})

fuzz('a group', 10_000, mutatedValue(group), (value) => {
  const end = ended(() => parseGroup(value, '/Groups'))
  if (end.kind === 'error') return
  mustStay(end.value.id)
  mustHold(
    isText(end.value.displayName) && (end.value.members === null || end.value.members.every(isText)),
    'a group',
  )
})

fuzz(
  'a page',
  10_000,
  mutatedValue({
    schemas: ['x'],
    totalResults: 2,
    startIndex: 1,
    itemsPerPage: 2,
    nextCursor: 'abc',
    Resources: [user, user],
  }),
  (value) => {
    const end = ended(() => parsePage(value, '/Users'))
    if (end.kind === 'error') return
    const { totalResults, resources, nextCursor } = end.value
    mustHold(
      totalResults === null || (Number.isSafeInteger(totalResults) && totalResults >= 0),
      'totalResults',
    )
    mustHold(Array.isArray(resources) && (nextCursor === null || isText(nextCursor)), 'a page')
  },
)

fuzz('the answer to a POST', 5000, mutatedValue(user), (value) => {
  const end = ended(() => parseCreated(value, { externalId: 'k1', userName: 'ann@corp.example' }, '/Users'))
  if (end.kind === 'value') mustStay(end.value)
})

fuzz('the answer to a PATCH', 5000, fc.tuple(mutatedValue(user), mutatedValue(group)), ([one, other]) => {
  ended(() =>
    verifyAttributes(
      one,
      { id: 'u1', userName: 'ann@corp.example', active: true, givenName: 'Ann' },
      'PATCH',
    ),
  )
  const change = { owner: scimId('g1'), add: [scimId('u1')], remove: [scimId('u3')] }
  ended(() => verifyMembers(other, change, 'PATCH'))
})

const features = {
  patch: { supported: true },
  filter: { supported: true, maxResults: 200 },
  pagination: { cursor: true, index: false },
}
const config = {
  documentationUri: 'https://x.example',
  ...features,
  bulk: { supported: true, maxOperations: 10, maxPayloadSize: 1000 },
}
fuzz('ServiceProviderConfig', 4000, mutatedValue(config), (value) => {
  const { documentationUri, patch, filter, cursorsOnly, bulk } = parseServiceProviderConfig(value)
  mustHold(isText(documentationUri) && typeof cursorsOnly === 'boolean', 'a config')
  mustHold(
    [patch, filter].every((one) => one === null || typeof one === 'boolean'),
    'a feature',
  )
  mustHold(bulk === null || typeof bulk.maxOperations === 'number', 'bulk')
})

const answer = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE'),
  status: fc.oneof(
    fc.constantFrom(300, 302, 400, 401, 403, 404, 405, 409, 412, 413, 428, 429, 500, 501, 503),
    fc.integer({ min: 100, max: 999 }),
  ),
  text: hostileJsonText({ schemas: ['x'], scimType: 'uniqueness', detail: 'taken', status: '409' }),
  contentType: fc.oneof(fc.constant('application/scim+json'), fc.constant('text/html'), hostileText),
  location: fc.oneof(fc.constant('https://evil.example/x'), hostileText),
  retryAfter: fc.option(
    fc.oneof(hostileText, fc.constantFrom('120', '9'.repeat(400), '1.5', 'Wed, 21 Oct 2099 07:28:00 GMT')),
  ),
})
fuzz('an answer with an error', 10_000, answer, ({ retryAfter, ...rest }) => {
  const token = new Secret('t0p-secret')
  const afterMs = retryAfterMs(retryAfter, 0)
  mustHold(afterMs === null || afterMs >= 0, 'Retry-After')
  const failed = failureOfAnswer({
    ...rest,
    text: rest.text + token.reveal(),
    where: 'GET x',
    afterMs,
    token,
  })
  mustHold(failed instanceof FailedTry, 'a failure')
  const { message } = mustBeCoded(failed.error)
  mustHold(
    !message.includes(token.reveal()) && !/[\r\n\0]/.test(message) && message.length < 1000,
    'a message',
  )
})
