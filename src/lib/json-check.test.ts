import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findJsonProblem } from './json-check.ts'

describe('findJsonProblem', () => {
  test.each<[string, string, string]>([
    ['nothing at all', ' ', '1:2 the text ends where a value is expected'],
    ['cut off in a list', '{"users":[\n{"id":"1"},', '2:12 the text ends where a value is expected'],
    ['cut off in an object', '{"a":1', '1:7 the text ends where a comma or the closing bracket is expected'],
    ['a comma too many in a list', '[1,]', '1:4 a value is expected'],
    ['a comma too many in an object', '{"a":1,}', '1:8 a name in double quotes is expected'],
    ['no comma', '{"a":1\n  "b":2}', '2:3 a comma or } is expected'],
    ['a colon missing', '{"a" 1}', '1:6 a colon is expected'],
    ['single quotes', "{'a':1}", '1:2 a name in double quotes is expected'],
    ['a word that is no value', '{"a":tru}', '1:6 a value is expected'],
    ['a number with a leading zero', '[01]', '1:2 a value is expected'],
    ['NaN', '[NaN]', '1:2 a value is expected'],
    ['a comment', '[1] // one', '1:5 there is something after the end of the value'],
    ['the wrong bracket', '[1}', '1:3 a comma or ] is expected'],
    ['a line break in a text', '["a\nb"]', '1:2 this text is not closed or not escaped'],
    ['a bad escape', '["\\x"]', '1:2 this text is not closed or not escaped'],
    ['a name twice', '{"users":[1],\n "users":[]}', '2:2 this name is there twice in one object'],
    ['a name twice, once escaped', '{"a":1,"\\u0061":2}', '1:8 this name is there twice in one object'],
  ])('%s', (_, text, expected) => {
    const found = findJsonProblem(text)
    expect(found && `${found.line}:${found.column} ${found.problem}`).toBe(expected)
  })

  test('one name in two objects is no problem', () => {
    expect(findJsonProblem('[{"a":1},{"a":{"a":[]}},{}, -1.5e+3]')).toBeNull()
  })

  test('very deep and very long texts', () => {
    expect(findJsonProblem('['.repeat(100_000) + ']'.repeat(100_000))).toBeNull()
    expect(findJsonProblem(`"${'x\\n'.repeat(500_000)}"`)).toBeNull()
  })

  test('agrees with JSON.parse', () => {
    const fragments = fc.array(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"a"',
        '"b"',
        '1',
        '-0.5',
        '1e3',
        '01',
        'true',
        'nul',
        ' ',
        '\n',
        '\\',
        '"',
      ),
    )
    const texts = fc.oneof(
      fc.json(),
      fragments.map((parts) => parts.join('')),
      fc.string(),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const found = findJsonProblem(text)
        if (found?.problem.includes('twice')) return
        let parses = true
        try {
          JSON.parse(text)
        } catch {
          parses = false
        }
        expect(found === null).toBe(parses)
      }),
      { numRuns: 1000 },
    )
  })
})
