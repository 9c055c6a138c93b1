import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { load } from '../../test/fixtures/config.ts'
import { ScimPushError } from '../errors/error.ts'
import { parseDocument, readDocument } from './document.ts'

const syntaxOf = (text: string): string => {
  try {
    parseDocument(text, 'c.yaml')
  } catch (error) {
    if (error instanceof ScimPushError && error.failure === 'config') return `${error.code} ${error.message}`
    throw error
  }
  return 'well-formed'
}

describe('syntax', () => {
  const laughs = ['a: &a [x, x, x, x, x, x, x, x, x]']
  for (const pair of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf', 'hg', 'ih']) {
    const [name, above] = pair.split('')
    laughs.push(`${name!}: &${name!} [${Array(9).fill(`*${above!}`).join(', ')}]`)
  }

  test.each<[string, string, RegExp]>([
    ['a key twice', 'a: 1\nb: 2\na: 3', /^CONFIG_SYNTAX c\.yaml:3 has a key that is there already$/],
    ['a key twice in JSON', '{"a": 1,\n"a": 2}', /c\.yaml:2 has a key that is there already/],
    ['a tab', 'a:\n\tb: 1', /c\.yaml:2 .*tab/],
    ['two colons', 'a: b: c', /c\.yaml:1 has two colons/],
    ['an open bracket', 'a: [1', /CONFIG_SYNTAX c\.yaml:1/],
    ['an unknown tag', 'a: !secret x', /has a tag/],
    ['a tag of YAML 1.1, which would hide keys', 'a: !!set {b}', /has a tag/],
    ['an alias without an anchor', 'a: *b', /alias without an anchor/],
    ['aliases that blow up', laughs.join('\n'), /more than 100 aliases/],
    ['two documents', 'a: 1\n---\nb: 2', /must hold one document, and holds 2/],
    ['no document', '# nothing', /must hold one document, and holds 0/],
    ['too large', `a: ${'x'.repeat(2 ** 20)}`, /^CONFIG_DOCUMENT_UNREADABLE .*larger than 1 MiB/],
    ['nested very deeply', '['.repeat(200_000), /^CONFIG_SYNTAX/],
  ])('%s', (_, text, message) => {
    expect(syntaxOf(text)).toMatch(message)
  })

  test('one slip that breaks every line after it gives a short message', () => {
    expect(syntaxOf(`a: [\n${'b: c: d\n'.repeat(500)}`).split('\n').length).toBeLessThan(12)
  })

  test('what it quotes is not the document', () => {
    for (const text of [
      'a: "MARKER',
      'a: MARKER: x',
      '{MARKER',
      'a: *MARKER',
      'a: !MARKER x',
      '\tMARKER',
      '%MARKER\n---\n',
    ])
      expect(syntaxOf(text)).not.toContain('MARKER')
  })

  test('a file that is not there', async () => {
    await expect(readDocument('/nowhere/c.yaml')).rejects.toMatchObject({
      code: 'CONFIG_DOCUMENT_UNREADABLE',
      message: 'the document /nowhere/c.yaml does not exist',
    })
  })
})

// Found by fuzzing: each took minutes, or a gigabyte.
describe('huge documents', () => {
  const keys = Array.from({ length: 40_000 }, (_, n) => `  key${n}: 1\n`).join('')
  const head = 'apiVersion: scim-push.io/v1alpha1\nkind: SyncConfig\nmetadata: {name: a}\n'

  test('of keys that are no settings, the first ones are told', async () => {
    const { error } = await load({ document: { text: `${head}spec:\n${keys}`, origin: 'c.yaml' } })
    expect(error?.message).toMatch(/key0.*key1\b/s)
    expect(error?.message.split('\n').length).toBeLessThan(70)
  })

  test.each([
    ['opening brackets', '['.repeat(2 ** 20), "c.yaml can't be parsed; it is nested too deeply"],
    ['dashes', '- '.repeat(2 ** 19), 'c.yaml has more than 400000 keys, values and signs'],
  ])('%s', (_, text, message) => {
    expect(() => parseDocument(text, 'c.yaml')).toThrow(
      expect.objectContaining({ code: 'CONFIG_SYNTAX', message }),
    )
  })

  test.each([
    ['as a number and as text', '1: a\n"1": b\n'],
    ['as an alias', 'x: &x a\nb: {*x : 1, a: 2}\n'],
  ])('one key twice, %s', (_, text) => {
    expect(() => parseDocument(text, 'c.yaml')).toThrow(/is there already/)
  })
})

describe('any document at all', () => {
  const key = fc.constantFrom(
    'apiVersion',
    'kind',
    'metadata',
    'name',
    'spec',
    'source',
    'google',
    'target',
    'token',
    'url',
    'scope',
    'scimGroups',
    'policy',
    'maxRemovals',
    '__proto__',
    'constructor',
    '<<',
    '0',
    '',
  )
  const { data } = fc.letrec<{ data: unknown }>((tie) => ({
    data: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(null, true, 5, -1.5, '', 'x', 'scim-push.io/v1alpha1', 'SyncConfig'),
      fc.dictionary(key, tie('data')),
      fc.array(tie('data'), { maxLength: 3 }),
    ),
  }))
  const specs = data.map((spec) => ({
    apiVersion: 'scim-push.io/v1alpha1',
    kind: 'SyncConfig',
    metadata: { name: 'a' },
    spec,
  }))
  const pieces = fc.array(
    fc.constantFrom(
      'spec:',
      '\n',
      '  ',
      '- ',
      'a: ',
      '&x ',
      '*x',
      '!!map ',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '|',
      '>',
      '#',
      '---',
      '%',
      '\t',
      '? ',
      ': ',
      '\0',
      '\uFEFF',
      'é',
    ),
    { maxLength: 40 },
  )

  test('loads, or is refused with an error of the configuration', async () => {
    const texts = fc.oneof(
      fc.oneof(data, specs).map((value) => JSON.stringify(value)),
      pieces.map((parts) => parts.join('')),
      fc.string({ unit: 'binary', maxLength: 60 }),
    )
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const { error } = await load({ document: { text, origin: 'c.yaml' } })
        if (error) expect(error.failure).toBe('config')
      }),
      { numRuns: 150 },
    )
  })
})
