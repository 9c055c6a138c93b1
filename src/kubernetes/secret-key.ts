import { hasCode } from '../errors/has-code.ts'
import { isObject } from '../lib/json.ts'
import type { Connection } from './connection.ts'

/** A key of a Secret of the namespace; null when there is no such Secret or key. @throws ScimPushError KUBERNETES_… */
export const readSecretKey = async (
  { namespace, core, call }: Connection,
  { name, key }: { readonly name: string; readonly key: string },
): Promise<string | null> => {
  try {
    const found: unknown = await call(`secret/${name}`, () => core.readNamespacedSecret({ namespace, name }))
    const data = isObject(found) ? found['data'] : undefined
    const value = isObject(data) && Object.hasOwn(data, key) ? data[key] : undefined
    return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : null
  } catch (error) {
    if (hasCode(error, 'KUBERNETES_NOT_FOUND')) return null
    throw error
  }
}
