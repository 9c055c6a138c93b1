import { isObject } from '../../lib/json.ts'

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'

/** What Keeper Commander says, and what it means by it. */
const spellings: readonly (readonly [said: readonly string[], meant: string])[] = [
  [[`${GROUP};`], GROUP],
  [[USER, 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'], USER],
]

/** A body with the `schemas` of Keeper Commander's requests put right; any other body as it is. */
export const commanderMeant = (body: unknown): unknown => {
  if (!isObject(body)) return body
  const said = JSON.stringify(body['schemas'])
  const spelling = spellings.find(([wrong]) => JSON.stringify(wrong) === said)
  return spelling ? { ...body, schemas: [spelling[1]] } : body
}
