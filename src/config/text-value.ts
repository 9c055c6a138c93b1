import { assertNever } from '../lib/assert-never.ts'
import { findJsonProblem } from '../lib/json-check.ts'
import { allowedIn } from './json-schema.ts'
import { parseLadder } from './ladder.ts'
import type { Leaf } from './leaf.ts'
import type { LeafDefinition } from './leaves.ts'
import { parseList } from './list.ts'
import type { Problem } from './problem.ts'
import { checkSettings, type Layer, type PlainValue, type Setting } from './setting.ts'

type ParsedText =
  | { readonly kind: 'plain'; readonly value: PlainValue }
  /** Completes the setting's name. */
  | { readonly kind: 'wrong'; readonly message: string }

const YES = new Set(['true', 'yes', 'on', '1'])
const NO = new Set(['false', 'no', 'off', '0'])

/**
 * What a text in the environment or after --set says for a leaf. Only its type is read here, and strictly: `12abc` is no
 * number and an empty text is no answer to yes or no. Ranges and patterns are the schema's business.
 */
const parseText = (leaf: Exclude<Leaf, { kind: 'secret' }>, text: string): ParsedText => {
  const trimmed = text.trim()
  const wrong: ParsedText = {
    kind: 'wrong',
    message: trimmed === '' ? `is empty; it must be ${allowedIn(leaf)}` : `must be ${allowedIn(leaf)}`,
  }
  switch (leaf.kind) {
    case 'text':
      return { kind: 'plain', value: trimmed }
    case 'choice':
      return trimmed === '' ? wrong : { kind: 'plain', value: trimmed }
    case 'flag': {
      const word = trimmed.toLowerCase()
      return YES.has(word) || NO.has(word) ? { kind: 'plain', value: YES.has(word) } : wrong
    }
    case 'count':
      return isDigits(trimmed) ? { kind: 'plain', value: Number(trimmed) } : wrong
    case 'limit':
      if (trimmed === '') return wrong
      return { kind: 'plain', value: isDigits(trimmed) ? Number(trimmed) : trimmed }
    case 'ladder': {
      if (trimmed === '') return wrong
      // A word that is none is the schema's business.
      if (!trimmed.startsWith('{')) return { kind: 'plain', value: trimmed }
      const problem = findJsonProblem(trimmed)
      if (problem)
        return { kind: 'wrong', message: `is no JSON at character ${problem.column}: ${problem.problem}` }
      const value = parseLadder(JSON.parse(trimmed))
      return value === null ? wrong : { kind: 'plain', value }
    }
    case 'list': {
      const parsed = parseList(text)
      return parsed.kind === 'items' ? { kind: 'plain', value: parsed.items } : parsed
    }
    default:
      return assertNever(leaf)
  }
}

/** Fifteen digits are exact in a JavaScript number. */
const isDigits = (text: string): boolean => /^\d{1,15}$/.test(text)

/** Collects the settings of a layer that is made of texts, and has them checked by the schema. */
export class TextLayer {
  readonly #settings: Setting[] = []
  readonly #broken = new Set<string>()
  readonly #problems: Problem[] = []

  set(setting: Setting): void {
    this.#settings.push(setting)
  }

  setText(definition: LeafDefinition, layer: Setting['layer'], where: string, text: string): void {
    const { leaf, path } = definition
    if (leaf.kind === 'secret') throw new TypeError(`${path} is a secret and has no plain text`)
    const parsed = parseText(leaf, text)
    if (parsed.kind === 'plain') this.set({ definition, layer, where, value: parsed })
    else
      this.wrong(
        { code: 'CONFIG_WRONG_VALUE', path: `spec.${path}`, where, message: parsed.message },
        definition,
      )
  }

  wrong(problem: Problem, definition?: LeafDefinition): void {
    this.#problems.push(problem)
    if (definition) this.#broken.add(definition.path)
  }

  finish(): Layer {
    const checked = checkSettings(this.#settings)
    return {
      settings: new Map(this.#settings.map((setting) => [setting.definition.path, setting])),
      broken: new Set([...this.#broken, ...checked.broken]),
      problems: [...this.#problems, ...checked.problems],
    }
  }
}
