import { suggest } from '../lib/suggest.ts'
import { leafAt, leafAround, leaves, type LeafDefinition } from './leaves.ts'
import type { SecretReference } from './leaf.ts'
import type { Layer } from './setting.ts'
import { TextLayer } from './text-value.ts'

/** The flags that set something of `spec`, as they stand on the command line. */
export interface ConfigFlags {
  /** Each `path=value`; the path may begin with `spec.`. */
  readonly set?: readonly string[]
  readonly source?: string
  readonly dryRun?: boolean
}

/** What --source takes: the document's names, and those of Commander's `scim push --source`. */
export const sourceNames = {
  google: 'google',
  activeDirectory: 'activeDirectory',
  ad: 'activeDirectory',
  records: 'records',
  record: 'records',
} as const satisfies Record<string, string>

const sourceTypes: ReadonlyMap<string, string> = new Map(Object.entries(sourceNames))

/** The settings that flags hold. What is given twice is an error: nobody can tell which one was meant. */
export const flagLayer = (flags: ConfigFlags): Layer => {
  const layer = new TextLayer()
  const seen = new Map<string, string>()
  const once = (definition: LeafDefinition, where: string): boolean => {
    const before = seen.get(definition.path)
    seen.set(definition.path, where)
    if (before === undefined) return true
    const advice =
      definition.leaf.kind === 'list' ? '; give all items of a list in one, with commas between them' : ''
    layer.wrong(
      {
        code: 'CONFIG_CONFLICT',
        path: `spec.${definition.path}`,
        where: '',
        message: `is given twice, by ${before} and by ${where}${advice}`,
      },
      definition,
    )
    return false
  }
  for (const text of flags.set ?? []) readSet(layer, text, once)
  if (flags.source !== undefined) readSource(layer, flags.source, once)
  const dryRun = leafAt('dryRun')
  if (flags.dryRun !== undefined && dryRun && once(dryRun, '--dry-run'))
    layer.setText(dryRun, 'flag', '--dry-run', String(flags.dryRun))
  return layer.finish()
}

type Once = (definition: LeafDefinition, where: string) => boolean

const readSource = (layer: TextLayer, name: string, once: Once): void => {
  const definition = leafAt('source.type')
  const type = sourceTypes.get(name)
  if (!definition || !once(definition, '--source')) return
  if (type !== undefined) layer.setText(definition, 'flag', '--source', type)
  else
    layer.wrong(
      {
        code: 'CONFIG_WRONG_VALUE',
        path: '',
        where: '--source',
        message: `must be one of ${[...sourceTypes.keys()].join(', ')}`,
      },
      definition,
    )
}

const readSet = (layer: TextLayer, text: string, once: Once): void => {
  const equals = text.indexOf('=')
  const path = text
    .slice(0, equals)
    .trim()
    .replace(/^spec\./, '')
  // What is not a path may be a secret, so it is not repeated.
  if (equals < 0 || !/^[A-Za-z.]{1,100}$/.test(path)) {
    const message = 'must be path=value, as in --set target.maxConcurrency=8'
    layer.wrong({ code: 'CONFIG_WRONG_VALUE', path: '', where: '--set', message })
    return
  }
  const value = text.slice(equals + 1)
  const where = `--set ${path}`
  const definition = leafAround(path.split('.'))
  const inner = definition === null ? '' : path.slice(definition.path.length + 1)
  if (definition?.leaf.kind === 'secret') readSecret(layer, { definition, inner, value, where }, once)
  else if (definition === null || inner !== '')
    layer.wrong({ code: 'CONFIG_UNKNOWN_SETTING', path: '', where, message: unknownPath(path) })
  else if (once(definition, where)) layer.setText(definition, 'flag', where, value)
}

interface SecretFlag {
  readonly definition: LeafDefinition
  /** What follows the leaf's path. */
  readonly inner: string
  readonly value: string
  readonly where: string
}

const readSecret = (layer: TextLayer, { definition, inner, value, where }: SecretFlag, once: Once): void => {
  const { path, env } = definition
  const reference = referenceOf(inner, value.trim())
  if (!once(definition, where)) return
  if (reference) {
    layer.set({ definition, layer: 'flag', where, value: { kind: 'reference', reference } })
    return
  }
  const allowed = `--set ${path}.file=PATH or --set ${path}.env=NAME`
  layer.wrong(
    inner === ''
      ? {
          code: 'CONFIG_SECRET_EXPOSED',
          path: '',
          where,
          message: `is a secret, and others can read the command line; use ${allowed}, or the environment variable ${env}`,
        }
      : { code: 'CONFIG_WRONG_VALUE', path: '', where, message: `must be ${allowed}` },
    definition,
  )
}

const referenceOf = (form: string, value: string): SecretReference | null => {
  if (form === 'file' && value !== '') return { file: value }
  if (form === 'env' && /^[A-Za-z_][A-Za-z0-9_]*$/.test(value)) return { env: value }
  return null
}

const unknownPath = (path: string): string => {
  const within = leaves.find((leaf) => leaf.path.startsWith(`${path}.`))
  if (within) return `is a section; name one of its settings, as in ${within.path}`
  const paths = leaves.map((leaf) => leaf.path)
  const last = path.split('.').at(-1) ?? ''
  const meant = suggest(path, paths) ?? paths.find((one) => one.endsWith(`.${last}`))
  return meant === undefined ? 'is no setting' : `is no setting; did you mean ${meant}?`
}
