import { isObject } from '../../lib/json.ts'
import { invalidParameter } from './google-error.ts'

/** What a resource has: null for a value, an object for what can be selected below it. */
export interface Shape {
  readonly [field: string]: Shape | null
}

/** A selection: the same, reduced to what was asked for. Null: everything below. */
export type Selection = { readonly [field: string]: Selection } | null

/**
 * Parses a `fields` parameter: `a,b(c,d/e)`, `*` for everything. A field that the shape does not have is refused, as Google does.
 */
export const parseFields = (text: string | null, shape: Shape): Selection => {
  if (text === null || text === '*') return null
  let at = 0
  const refuse = (name: string): never => {
    throw invalidParameter(`Invalid field selection ${name}`)
  }
  const list = (below: Shape): Selection => {
    const selection: Record<string, Selection> = {}
    for (;;) {
      const [name = ''] = /^(?:\w+|\*)/.exec(text.slice(at)) ?? []
      if (name === '') return refuse(text.slice(at, at + 20))
      at += name.length
      if (name === '*') for (const every of Object.keys(below)) selection[every] = null
      else selection[name] = one(name, below)
      if (text[at] !== ',') return selection
      at++
    }
  }
  const one = (name: string, below: Shape): Selection => {
    const inner = below[name]
    if (inner === undefined) return refuse(name)
    const mark = text[at]
    if (mark !== '(' && mark !== '/') return null
    at++
    if (inner === null) return refuse(text.slice(at))
    if (mark === '(') {
      const selection = list(inner)
      if (text[at] !== ')') refuse(text.slice(at))
      at++
      return selection
    }
    const [next = ''] = /^\w+/.exec(text.slice(at)) ?? []
    at += next.length
    return { [next]: one(next, inner) }
  }
  const selection = list(shape)
  return at < text.length ? refuse(text.slice(at)) : selection
}

/** The part of a JSON value that was selected. */
export const select = (value: unknown, selection: Selection): unknown => {
  if (selection === null || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => select(item, selection))
  if (!isObject(value)) return value
  const part: Record<string, unknown> = {}
  // By what was asked for, which is little: a page has hundreds of items.
  for (const name in selection)
    if (Object.hasOwn(value, name)) part[name] = select(value[name], selection[name] ?? null)
  return part
}
