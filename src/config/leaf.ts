import type { RemovalLadder } from '../plan/policy.ts'
import { parseLadder, type LadderWord } from './ladder.ts'

/** Where a secret is to be found; what a document may say in a secret's place. */
export type SecretReference =
  | { readonly file: string }
  | { readonly env: string }
  | { readonly secretKeyRef: { readonly name: string; readonly key: string } }

interface Common {
  /** What it means, for docs/configuration.md and the JSON Schema. */
  readonly doc: string
  /** convict's last look at the merged value; throws when it has the wrong type. */
  readonly format: (value: unknown) => void
  /** The default in words, where it depends on something. */
  readonly defaultDoc?: string
  readonly examples?: readonly (string | number | readonly string[])[]
}

export interface TextLeaf extends Common {
  readonly kind: 'text'
  readonly default: string
  /** Of a regular expression that JSON Schema and JavaScript both understand. The empty text always passes. */
  readonly pattern?: string
  /** What `pattern` asks for, completing "must be". */
  readonly must?: string
}

export interface FlagLeaf extends Common {
  readonly kind: 'flag'
  readonly default: boolean
}

export interface CountLeaf extends Common {
  readonly kind: 'count'
  readonly default: number
  readonly minimum: number
  readonly maximum: number
}

export interface ChoiceLeaf<C extends string = string, D extends C | null = C | null> extends Common {
  readonly kind: 'choice'
  readonly choices: readonly C[]
  readonly default: D
}

export interface ListLeaf extends Common {
  readonly kind: 'list'
  readonly default: readonly string[]
  /** A document may give one item as plain text. */
  readonly orText: boolean
}

/** Percent of what is managed, as `10%`, or a count. */
export interface LimitLeaf extends Common {
  readonly kind: 'limit'
  readonly default: string | number
}

/** What happens to leavers, at once or step by step. */
export interface LadderLeaf extends Common {
  readonly kind: 'ladder'
  readonly default: LadderWord
}

export interface SecretLeaf extends Common {
  readonly kind: 'secret'
  readonly default: null
  /** A token goes into a header: it has no white space. */
  readonly form: 'token' | 'text'
}

/** One setting of `spec`. */
export type Leaf =
  TextLeaf | FlagLeaf | CountLeaf | ChoiceLeaf | ListLeaf | LimitLeaf | LadderLeaf | SecretLeaf

/** A section of `spec`: leaves and sections by name. */
export interface Section {
  readonly [name: string]: Leaf | Section
}

/** The value that a leaf has in the merged configuration. */
type ValueOf<L> =
  L extends ChoiceLeaf<infer C, infer D>
    ? C | (null extends D ? null : never)
    : L extends TextLeaf
      ? string
      : L extends FlagLeaf
        ? boolean
        : L extends CountLeaf
          ? number
          : L extends ListLeaf
            ? readonly string[]
            : L extends LimitLeaf
              ? string | number
              : L extends LadderLeaf
                ? LadderWord | RemovalLadder
                : L extends SecretLeaf
                  ? SecretReference | null
                  : never

/** The values of all leaves of a section. */
export type ValuesOf<S> = {
  readonly [K in keyof S]: S[K] extends Leaf ? ValueOf<S[K]> : ValuesOf<S[K]>
}

type Rest<L extends Leaf> = Omit<L, 'kind' | 'default' | 'doc' | 'format'>

const format =
  (fits: (value: unknown) => boolean): Leaf['format'] =>
  (value) => {
    if (!fits(value)) throw new TypeError('a value of the wrong type passed the schema')
  }

export const text = (doc: string, value = '', rest: Rest<TextLeaf> = {}): TextLeaf => ({
  kind: 'text',
  default: value,
  doc,
  format: format((value) => typeof value === 'string'),
  ...rest,
})

export const flag = (doc: string, value: boolean): FlagLeaf => ({
  kind: 'flag',
  default: value,
  doc,
  format: format((value) => typeof value === 'boolean'),
})

export const count = (doc: string, value: number, minimum: number, maximum: number): CountLeaf => ({
  kind: 'count',
  default: value,
  doc,
  format: format((value) => Number.isInteger(value)),
  minimum,
  maximum,
})

export const choice = <const C extends string, const D extends NoInfer<C> | null>(
  doc: string,
  choices: readonly C[],
  value: D,
  rest: { readonly defaultDoc?: string } = {},
): ChoiceLeaf<C, D> => ({
  kind: 'choice',
  default: value,
  doc,
  format: format((given) => given === value || choices.some((one) => one === given)),
  choices,
  ...rest,
})

export const list = (doc: string, rest: Partial<Rest<ListLeaf>> = {}): ListLeaf => ({
  kind: 'list',
  default: [],
  doc,
  format: format((value) => Array.isArray(value) && value.every((item) => typeof item === 'string')),
  orText: false,
  ...rest,
})

export const limit = (doc: string, value: string): LimitLeaf => ({
  kind: 'limit',
  default: value,
  doc,
  format: format((value) => typeof value === 'string' || Number.isInteger(value)),
})

export const ladder = (doc: string, value: LadderLeaf['default']): LadderLeaf => ({
  kind: 'ladder',
  default: value,
  doc,
  format: format((given) => parseLadder(given) !== null || parseLadder({ after: given }) !== null),
})

export const secret = (doc: string, form: SecretLeaf['form']): SecretLeaf => ({
  kind: 'secret',
  default: null,
  doc,
  format: format((value) => typeof value === 'object'),
  form,
})

/** A leaf has a kind; a section has none, for no setting is called so. */
export const isLeaf = (node: Leaf | Section): node is Leaf => typeof node['kind'] === 'string'
