import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  parseAllDocuments,
  visit,
  type Document,
} from 'yaml'
import { ScimPushError } from '../errors/error.ts'
import { readTextFile } from '../lib/text-file.ts'

/** A document that is well-formed; whether it is right is not known yet. */
export interface SyncDocument {
  readonly data: unknown
  /** `config.yaml:12`: where a path of the document is, or the nearest of its parents that is there. */
  readonly locate: (segments: readonly string[]) => string
}

/** As much as a ConfigMap holds. */
const MAX_BYTES = 2 ** 20
/** Aliases of aliases may stand for billions of nodes ("billion laughs"); this many are plenty for people. */
const MAX_ALIASES = 100
/** What the parser makes of a document takes a thousand times its room where it is all brackets and dashes; people need far fewer. */
const MAX_TOKENS = 400_000
const MAX_FLOW_DEPTH = 100
/** One slip may make every line after it wrong; the first ones tell it. */
const MAX_MESSAGES = 10

/**
 * Reads a file as `parseDocument` does.
 * @throws ScimPushError `CONFIG_DOCUMENT_UNREADABLE`, and what `parseDocument` throws
 */
export const readDocument = async (path: string): Promise<SyncDocument> => {
  const file = await readTextFile(path, MAX_BYTES)
  if (file.kind === 'unreadable')
    throw new ScimPushError('CONFIG_DOCUMENT_UNREADABLE', {
      message: `the document ${path} ${file.reason}`,
      where: path,
    })
  return parseDocument(file.text, path)
}

/**
 * Reads one document in YAML 1.2 or JSON. `origin` names it in messages.
 * @throws ScimPushError `CONFIG_DOCUMENT_UNREADABLE` when it is too large, `CONFIG_SYNTAX` with the lines that are wrong
 */
export const parseDocument = (text: string, origin: string): SyncDocument => {
  if (Buffer.byteLength(text) > MAX_BYTES)
    throw new ScimPushError('CONFIG_DOCUMENT_UNREADABLE', {
      message: `the document ${origin} is larger than 1 MiB`,
      where: origin,
    })
  try {
    refuseTangle(text, origin)
    return compose(text, origin)
  } catch (error) {
    if (error instanceof ScimPushError) throw error
    // The parser's own message may quote the document, and a document may hold a secret by mistake.
    throw syntaxError(origin, [
      error instanceof ReferenceError
        ? `${origin} has an alias without an anchor, or more than ${MAX_ALIASES} aliases`
        : `${origin} can't be parsed; it may be nested too deeply`,
    ])
  }
}

/** @throws ScimPushError `CONFIG_SYNTAX` for what would take the memory of all of a pod to parse */
const refuseTangle = (text: string, origin: string): void => {
  let tokens = 0
  let depth = 0
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') depth++
    else if (token === ']' || token === '}') depth--
    if (depth > MAX_FLOW_DEPTH)
      throw syntaxError(origin, [`${origin} can't be parsed; it is nested too deeply`])
    if (++tokens > MAX_TOKENS)
      throw syntaxError(origin, [`${origin} has more than ${MAX_TOKENS} keys, values and signs`])
  }
}

const compose = (text: string, origin: string): SyncDocument => {
  const lines = new LineCounter()
  const placeOf = (offset: number): string => `${origin}:${lines.linePos(offset).line}`
  const documents = parseAllDocuments(text, {
    prettyErrors: false,
    logLevel: 'silent',
    // Tags of YAML 1.1, such as !!set, would become things that are neither mapping nor list.
    resolveKnownTags: false,
    // The parser compares every key with every other: some minutes for the most keys that a document may have.
    uniqueKeys: false,
    lineCounter: lines,
  })
  const wrong = [...documents].flatMap(({ errors, warnings }) => [...errors, ...warnings])
  const problems: { readonly code: string; readonly at: number }[] = wrong.map(({ code, pos }) => ({
    code,
    at: pos[0],
  }))
  const [document] = documents
  if (document && problems.length === 0)
    for (const at of repeatedKeys(document)) problems.push({ code: 'DUPLICATE_KEY', at })
  if (problems.length > 0)
    throw syntaxError(
      origin,
      problems.map(({ code, at }) => `${placeOf(at)} ${inWords[code] ?? 'is not well-formed YAML'}`),
    )
  if (!document || documents.length > 1)
    throw syntaxError(origin, [`${origin} must hold one document, and holds ${documents.length}`])
  return {
    data: document.toJS({ maxAliasCount: MAX_ALIASES }),
    locate: (segments) => {
      const offset = offsetOf(document, segments)
      return offset === null ? origin : placeOf(offset)
    },
  }
}

/** Where keys stand that their mapping has already; as text, since `1` and `"1"` are one key of an object. */
const repeatedKeys = (document: Document): readonly number[] => {
  const found: number[] = []
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<string>()
      for (const { key } of items) {
        const node = isAlias(key) ? key.resolve(document) : key
        if (!isScalar(node)) continue
        const name = String(node.value)
        if (seen.has(name)) found.push(startOf(key) ?? 0)
        seen.add(name)
      }
    },
  })
  return found
}

const syntaxError = (origin: string, messages: readonly string[]): ScimPushError =>
  new ScimPushError('CONFIG_SYNTAX', {
    message: [...new Set(messages)].slice(0, MAX_MESSAGES).join('\n'),
    where: origin,
  })

/** The parser's codes that people run into; none of these words is the document's. */
const inWords: Readonly<Record<string, string>> = {
  ALIAS_PROPS: 'has an alias with an anchor or tag of its own',
  BAD_ALIAS: 'has an alias without a name',
  BAD_DQ_ESCAPE: 'has an escape sequence that double quotes do not know; single quotes leave \\ as it is',
  BLOCK_AS_IMPLICIT_KEY: 'has two colons in one line; put a value with a colon in quotes',
  BAD_INDENT: 'is not indented as the lines around it',
  BAD_SCALAR_START: 'begins a value with a character that must be quoted',
  DUPLICATE_KEY: 'has a key that is there already',
  MISSING_CHAR: 'lacks a closing quote, bracket or comma',
  MULTILINE_IMPLICIT_KEY: 'has a key that goes over several lines; is a colon missing?',
  TAB_AS_INDENT: 'is indented with a tab; use spaces',
  TAG_RESOLVE_FAILED: 'has a tag (!…) that is not known here',
}

const offsetOf = (document: Document, segments: readonly string[]): number | null => {
  let node: unknown = document.contents
  let offset = document.contents?.range?.[0] ?? null
  for (const segment of segments) {
    if (isAlias(node)) node = node.resolve(document)
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === segment)
      if (!pair) break
      offset = startOf(pair.key) ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(segment)]
      offset = startOf(node) ?? offset
    } else break
  }
  return offset
}

const startOf = (node: unknown): number | null => (isNode(node) ? (node.range?.[0] ?? null) : null)
