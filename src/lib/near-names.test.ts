import { expect, test } from 'vitest'
import { nearNames } from './near-names.ts'

const names = [
  'ann@corp.example',
  'Anne@corp.example',
  'bob@corp.example',
  'ann@other.example',
  'jmueller',
  'dan',
]

test.each([
  ['a letter too many', 'annn@corp.example', ['ann@corp.example', 'Anne@corp.example']],
  ['what is near by the domain alone is not', 'zoltan@corp.example', []],
  ['the domain', 'bob@crop.example', ['bob@corp.example']],
  ['a login that is the first half of addresses', 'ANN', ['ann@corp.example', 'ann@other.example']],
  ['a login', 'jmuller', ['jmueller']],
  ['another domain altogether', 'bob@elsewhere.test', []],
  ['nothing', '', []],
  ['a name as long as it likes', 'x'.repeat(1000), []],
])('%s', (_, query, expected) => {
  expect(nearNames(query, names, 3)).toEqual(expected)
})

test('no more than asked for, and each once', () => {
  const many = Array.from({ length: 50 }, (_, n) => `ann${n}@corp.example`)
  expect(nearNames('ann@corp.example', [...many, ...many], 3)).toHaveLength(3)
})
