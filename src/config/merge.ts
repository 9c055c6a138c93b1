import convict from 'convict'
import type { LadderValue } from './ladder.ts'
import { schema, type Values } from './schema.ts'
import type { Layer, PlainValue, Setting } from './setting.ts'

export interface Merged {
  readonly values: Values
  /** What is in force, by path: the last layer's. */
  readonly settings: ReadonlyMap<string, Setting>
  /** Leaves that some layer sets wrongly. */
  readonly broken: ReadonlySet<string>
}

/** convict takes an object for a section, unless the default is one; a list is a value of its own. */
const isSteps = (value: PlainValue): value is Exclude<LadderValue, string> =>
  typeof value === 'object' && 'after' in value

/**
 * Lays layers over the defaults, the last one on top. What is broken in one layer does not count there.
 *
 * convict holds the defaults and the result, and checks it once more; it gets typed values only. Its own reading of the
 * environment would take `0`, `no` and an empty text for true, 12abc for 12, and an empty list for a list of one empty
 * text (convict 6.2.5).
 */
export const merge = (layers: readonly Layer[]): Merged => {
  const settings = new Map<string, Setting>()
  const broken = new Set<string>()
  for (const layer of layers) {
    for (const [path, setting] of layer.settings) if (!layer.broken.has(path)) settings.set(path, setting)
    for (const path of layer.broken) broken.add(path)
  }
  const config = convict<Values>(schema, { env: {}, args: [] })
  for (const [path, { value }] of settings) {
    if (value.kind === 'plain') config.set(path, isSteps(value.value) ? value.value.after : value.value)
    if (value.kind === 'reference') config.set(path, value.reference)
  }
  config.validate({ allowed: 'strict' })
  return { values: config.getProperties(), settings, broken }
}
