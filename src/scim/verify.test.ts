import { describe, expect, test } from 'vitest'
import { scimId } from '../model/ids.ts'
import { parseCreated } from './parse.ts'
import { verifyAttributes, verifyMembers } from './verify.ts'

const codeOf = (work: () => unknown): string => {
  try {
    work()
    return 'fine'
  } catch (error) {
    return (error as { code: string }).code
  }
}

test.each<[string, unknown, string]>([
  ['no body', null, 'SCIM_MALFORMED'],
  ['ours', { id: '1', externalId: 'k', userName: 'a@b.c' }, 'fine'],
  ['userName in another case', { id: '1', userName: 'A@B.C' }, 'fine'],
  ['nothing but the id', { id: '1' }, 'fine'],
  ['no id', { userName: 'a@b.c' }, 'SCIM_MALFORMED'],
  ['an id that is no text', { id: 1 }, 'SCIM_MALFORMED'],
  ['another externalId', { id: '1', externalId: 'K' }, 'SCIM_WRONG_RESOURCE'],
  ['another userName', { id: '1', userName: 'eve@b.c' }, 'SCIM_WRONG_RESOURCE'],
])('the answer to a POST: %s', (_, body, code) => {
  expect(codeOf(() => parseCreated(body, { externalId: 'k', userName: 'a@b.c' }, '/Users'))).toBe(code)
})

describe('the answer to a PATCH of attributes', () => {
  const expected = { id: '1', active: false, userName: 'a@b.c', givenName: 'A', externalId: 'k' }
  test.each<[string, unknown, string]>([
    ['no body (204)', null, 'fine'],
    [
      'all as wanted',
      { id: '1', active: false, userName: 'A@b.c', name: { givenName: 'A' }, externalId: 'k' },
      'fine',
    ],
    ['active as text (Entra)', { active: 'False' }, 'fine'],
    ['nothing of it', { id: '1' }, 'fine'],
    ['null', { userName: null, name: null }, 'fine'],
    ['another id', { id: '2' }, 'SCIM_WRONG_RESOURCE'],
    ['still active', { id: '1', active: true }, 'SCIM_NOT_APPLIED'],
    ['the old name', { name: { givenName: 'B' } }, 'SCIM_NOT_APPLIED'],
    ['the old userName', { userName: 'old@b.c' }, 'SCIM_NOT_APPLIED'],
    ['an externalId in another case, which is another one', { externalId: 'K' }, 'SCIM_NOT_APPLIED'],
    ['another type', { userName: {} }, 'SCIM_NOT_APPLIED'],
  ])('%s', (_, body, code) => {
    expect(codeOf(() => verifyAttributes(body, expected, 'PATCH /Users/1'))).toBe(code)
  })
})

describe('the answer to a PATCH of members', () => {
  const change = { owner: scimId('g'), add: [scimId('1')], remove: [scimId('2')] }
  const members = (...values: string[]) => ({ id: 'g', members: values.map((value) => ({ value })) })
  test.each<[string, unknown, string]>([
    ['no body (204)', null, 'fine'],
    ['no members', { id: 'g' }, 'fine'],
    ['an empty list: some never show members', members(), 'fine'],
    ['as wanted', members('1', '3'), 'fine'],
    ['another group', { id: 'h' }, 'SCIM_WRONG_RESOURCE'],
    ['without who was added', members('3'), 'SCIM_NOT_APPLIED'],
    ['with who was removed', members('1', '2'), 'SCIM_NOT_APPLIED'],
  ])('%s', (_, body, code) => {
    expect(codeOf(() => verifyMembers(body, change, 'PATCH /Groups/g'))).toBe(code)
  })
})
