import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { scimId } from '../model/ids.ts'
import { memoryText, parseMemory, type MemoryContent } from './text.ts'

const content: MemoryContent = {
  target: 'scim-push-0123456789abcdef',
  savedAt: Date.parse('2026-11-25T12:00:00Z'),
  missing: new Map([
    [scimId('7'), { externalId: 'k-ann', since: Date.parse('2026-11-01T00:00:00Z') }],
    [scimId('__proto__'), { externalId: null, since: 0 }],
  ]),
}
const text = memoryText(content)

test('the text of a memory', () => {
  expect(text).toBe(
    `${[
      '{"version":"scim-push.io/memory/v1","target":"scim-push-0123456789abcdef","savedAt":"2026-11-25T12:00:00.000Z","missing":[',
      '{"id":"7","externalId":"k-ann","since":"2026-11-01T00:00:00.000Z"},',
      '{"id":"__proto__","externalId":null,"since":"1970-01-01T00:00:00.000Z"}',
      ']}',
    ].join('\n')}\n`,
  )
  expect(parseMemory(text)).toEqual(content)
})

test('whatever is remembered is read again as it was', () => {
  const time = fc.integer({ min: 0, max: 4e12 })
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      time,
      fc.array(fc.tuple(fc.string({ unit: 'binary', minLength: 1 }), fc.option(fc.string()), time)),
      (target, savedAt, entries) => {
        const missing = new Map(
          entries.map(([id, externalId, since]) => [scimId(id), { externalId, since }] as const),
        )
        expect(parseMemory(memoryText({ target, savedAt, missing }))).toEqual({ target, savedAt, missing })
      },
    ),
  )
})

describe('what is no memory', () => {
  const entry = (changed: string): string =>
    text.replace('{"id":"7","externalId":"k-ann","since":"2026-11-01T00:00:00.000Z"}', changed)
  test.each([
    ['nothing', '', 'is no JSON: line 1, column 1: the text ends where a value is expected'],
    [
      'half of one',
      text.slice(0, 140),
      'is no JSON: line 2, column 11: this text is not closed or not escaped',
    ],
    ['null', 'null', 'does not say that it is scim-push.io/memory/v1'],
    ['a list', '[]', 'does not say that it is scim-push.io/memory/v1'],
    ['another version', text.replace('v1', 'v2'), 'does not say that it is scim-push.io/memory/v1'],
    ['a member too many', text.replace('{', '{"x":1,'), 'has not the members that a memory has'],
    ['no time', text.replace('2026-11-25T12:00:00.000Z', 'today'), 'has not the members that a memory has'],
    ['a time that is not', text.replace('2026-11-25', '2026-02-30'), 'has not the members that a memory has'],
    ['a time of another zone', text.replace('00.000Z', '00+01:00'), 'has not the members that a memory has'],
    [
      'a number for the target',
      text.replace('"scim-push-0123456789abcdef"', '1'),
      'has not the members that a memory has',
    ],
    ['no list', text.replace(/"missing":[^]*]/, '"missing":{}'), 'has no list of who is missing'],
    [
      'a member twice',
      text.replace('{', '{"target":"x",'),
      'is no JSON: line 1, column 50: this name is there twice in one object',
    ],
    ['an entry that is text', entry('"7"'), 'has an entry that is none: number 1'],
    [
      'an entry without an id',
      entry('{"externalId":"k","since":"2026-11-01T00:00:00.000Z"}'),
      'has an entry that is none: number 1',
    ],
    [
      'an entry with an empty id',
      entry('{"id":"","externalId":"k","since":"2026-11-01T00:00:00.000Z"}'),
      'has an entry that is none: number 1',
    ],
    [
      'an entry with a number for an id',
      entry('{"id":7,"externalId":"k","since":"2026-11-01T00:00:00.000Z"}'),
      'has an entry that is none: number 1',
    ],
    [
      'an entry without a time',
      entry('{"id":"7","externalId":"k","since":null}'),
      'has an entry that is none: number 1',
    ],
    [
      'an entry with the prototype',
      entry('{"id":"7","externalId":"k","since":"2026-11-01T00:00:00.000Z","__proto__":1}'),
      'has an entry that is none: number 1',
    ],
    [
      'an account twice',
      entry('{"id":"__proto__","externalId":"k","since":"2026-11-01T00:00:00.000Z"}'),
      'has an account twice: number 2',
    ],
    [
      'a tower of lists',
      `{"version":"scim-push.io/memory/v1","missing":${'['.repeat(1e5)}${']'.repeat(1e5)}}`,
      'has not the members that a memory has',
    ],
  ])('%s', (_, wrong, said) => {
    expect(parseMemory(wrong)).toBe(said)
  })

  test('whatever is cut off or changed', () => {
    fc.assert(
      fc.property(fc.nat({ max: text.length - 2 }), fc.string({ maxLength: 3 }), (at, put) => {
        const parsed = parseMemory(text.slice(0, at) + put + text.slice(at + put.length))
        if (typeof parsed !== 'string') expect(memoryText(parsed).length).toBeGreaterThan(0)
        expect(typeof parseMemory(text.slice(0, at))).toBe('string')
      }),
    )
  })
})
