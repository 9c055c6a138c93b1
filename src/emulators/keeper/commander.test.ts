import { expect, onTestFinished, test } from 'vitest'
import { startKeeperEmulator } from './keeper-emulator.ts'

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'

/** As Commander 18 sends them. */
const bodies = {
  Users: {
    schemas: [USER, 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'],
    userName: 'ann@corp.example',
    name: { givenName: 'Ann', familyName: 'Doe' },
  },
  Groups: { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group;'], displayName: 'Sales' },
} as const

const post = async (commanderSchemas: boolean, type: 'Users' | 'Groups', body: object) => {
  const emulator = await startKeeperEmulator({ commanderSchemas })
  onTestFinished(() => emulator.close())
  const headers = { authorization: `Bearer ${emulator.token}`, 'content-type': 'application/json' }
  const { status } = await fetch(`${emulator.url}/${type}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  return status
}

test.each(['Users', 'Groups'] as const)(
  '%s: the schemas of Commander are taken when asked for',
  async (type) => {
    expect(await post(true, type, bodies[type])).toBe(201)
    expect(await post(false, type, bodies[type])).toBe(400)
  },
)

test('other wrong schemas are refused all the same', async () => {
  expect(await post(true, 'Users', { ...bodies.Users, schemas: [USER, 'urn:else'] })).toBe(400)
  expect(await post(true, 'Groups', { ...bodies.Groups, schemas: [] })).toBe(400)
})
