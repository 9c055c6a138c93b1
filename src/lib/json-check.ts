/** Where a JSON text breaks the grammar (RFC 8259), or names a member of one object twice. */
export interface JsonProblem {
  /** Both count from 1. */
  readonly line: number
  readonly column: number
  /** In words, without a piece of the text: it may be a secret. */
  readonly problem: string
}

type Expected = 'value' | 'value or ]' | 'name' | 'name or }' | 'colon' | 'comma' | 'end'

/**
 * The first problem of a JSON text, or null. JSON.parse neither says where most errors are nor minds a name that is
 * there twice: it keeps the last one, so half a list could vanish without a word.
 */
export const findJsonProblem = (text: string): JsonProblem | null => {
  const problem = firstProblem(text)
  // The engine keeps the text of the last match (`RegExp.input`), however long it is: until the next one, which is this.
  NOTHING.test('')
  return problem
}

const NOTHING = /^$/

const firstProblem = (text: string): JsonProblem | null => {
  // Names seen so far in each open object; null stands for an open array.
  const open: (Set<string> | null)[] = []
  let expected: Expected = 'value'
  let at = 0
  const fail = (problem: string): JsonProblem => placed(text, at, problem)
  const afterValue = (): Expected => (open.length === 0 ? 'end' : 'comma')

  for (;;) {
    at = skipBlanks(text, at)
    const char = text[at]
    if (char === undefined)
      return expected === 'end' ? null : fail(`the text ends where ${words[expected]} is expected`)

    switch (expected) {
      case 'end':
        return fail('there is something after the end of the value')
      case 'colon':
        if (char !== ':') return fail('a colon is expected')
        at++
        expected = 'value'
        break
      case 'comma': {
        const inner = open.at(-1)
        if (char === ',') expected = inner ? 'name' : 'value'
        else if (char === (inner ? '}' : ']')) {
          open.pop()
          expected = afterValue()
        } else return fail(`a comma or ${inner ? '}' : ']'} is expected`)
        at++
        break
      }
      case 'name':
      case 'name or }': {
        if (char === '}' && expected === 'name or }') {
          open.pop()
          at++
          expected = afterValue()
          break
        }
        const end = char === '"' ? stringEnd(text, at) : -1
        if (end < 0)
          return fail(
            char === '"' ? 'this text is not closed or not escaped' : 'a name in double quotes is expected',
          )
        const raw = text.slice(at, end)
        const name = raw.includes('\\') ? String(JSON.parse(raw)) : raw.slice(1, -1)
        if (open.at(-1)?.has(name)) return fail('this name is there twice in one object')
        open.at(-1)?.add(name)
        at = end
        expected = 'colon'
        break
      }
      case 'value':
      case 'value or ]': {
        if (char === '{' || char === '[') {
          open.push(char === '{' ? new Set() : null)
          expected = char === '{' ? 'name or }' : 'value or ]'
          at++
          break
        }
        if (char === ']' && expected === 'value or ]') {
          open.pop()
          at++
          expected = afterValue()
          break
        }
        const end = char === '"' ? stringEnd(text, at) : scalarEnd(text, at)
        if (end < 0)
          return fail(char === '"' ? 'this text is not closed or not escaped' : 'a value is expected')
        at = end
        expected = afterValue()
        break
      }
    }
  }
}

const words: Readonly<Record<Exclude<Expected, 'end'>, string>> = {
  value: 'a value',
  'value or ]': 'a value or ]',
  name: 'a name',
  'name or }': 'a name or }',
  colon: 'a colon',
  comma: 'a comma or the closing bracket',
}

const skipBlanks = (text: string, from: number): number => {
  let at = from
  for (let code = text.charCodeAt(at); isBlank(code); code = text.charCodeAt(at)) at++
  return at
}
const isBlank = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09

const QUOTE = 0x22
const BACKSLASH = 0x5c
const ESCAPE = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y

/** The index after the closing quote, or -1. A loop, since a regular expression runs out of stack on a long text. */
const stringEnd = (text: string, from: number): number => {
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) return at + 1
    if (code === BACKSLASH) {
      ESCAPE.lastIndex = at + 1
      if (!ESCAPE.test(text)) return -1
      at = ESCAPE.lastIndex - 1
    } else if (code < 0x20) return -1
  }
  return -1
}

const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y

const scalarEnd = (text: string, from: number): number => {
  SCALAR.lastIndex = from
  return SCALAR.test(text) ? SCALAR.lastIndex : -1
}

const placed = (text: string, at: number, problem: string): JsonProblem => {
  let line = 1
  let start = 0
  for (let end = text.indexOf('\n'); end >= 0 && end < at; end = text.indexOf('\n', end + 1)) {
    line++
    start = end + 1
  }
  return { line, column: at - start + 1, problem }
}
