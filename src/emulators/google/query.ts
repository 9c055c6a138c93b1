import { invalidInput } from './google-error.ts'

/** `email:ann*` is {field: 'email', operator: 'prefix', value: 'ann'}. */
export interface Clause {
  readonly field: string
  readonly operator: 'equals' | 'prefix' | 'contains'
  readonly value: string
}

/**
 * Parses a search of users or groups: clauses separated by blanks, `field=value`, `field:value`, `field:prefix*`; a value with a
 * blank is in single quotes, with `'` escaped as `\'`. What does not parse is refused.
 */
export const parseQuery = (text: string, fields: readonly string[]): readonly Clause[] => {
  const clauses: Clause[] = []
  let rest = text.trim()
  if (rest === '') throw invalidInput('query')
  while (rest !== '') {
    const [whole, field = '', operator = '', quoted, bare = ''] =
      /^(\w+)([=:])(?:'((?:[^'\\]|\\.)*)'|([^\s'\\]+))(?:\s+|$)/s.exec(rest) ?? []
    if (whole === undefined || !fields.includes(field)) throw invalidInput('query')
    clauses.push(clauseOf(field, operator, quoted === undefined ? bare : quoted.replace(/\\(.)/gs, '$1')))
    rest = rest.slice(whole.length)
  }
  return clauses
}

const clauseOf = (field: string, operator: string, value: string): Clause => {
  if (operator === '=') {
    // A star means something behind a colon only.
    return { field, operator: 'equals', value: value.toLowerCase() }
  }
  return value.endsWith('*')
    ? { field, operator: 'prefix', value: value.slice(0, -1).toLowerCase() }
    : { field, operator: 'contains', value: value.toLowerCase() }
}

/** Whether one of the values fits, without regard to case. */
export const fits = ({ operator, value }: Clause, values: readonly string[]): boolean =>
  values.some((each) => {
    const text = each.toLowerCase()
    switch (operator) {
      case 'equals':
        return text === value
      case 'prefix':
        return text.startsWith(value)
      case 'contains':
        return text.includes(value)
    }
  })
