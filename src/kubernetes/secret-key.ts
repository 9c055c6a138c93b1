import { hasCode } from '../errors/has-code.ts'
import type { Connection } from './connection.ts'

/** A key of a Secret of the namespace; null when there is no such Secret or key. @throws ScimPushError KUBERNETES_… */
export const readSecretKey = async (
  { namespace, core, call }: Connection,
  { name, key }: { readonly name: string; readonly key: string },
): Promise<string | null> => {
  try {
    const { data } = await call(`secret/${name}`, () => core.readNamespacedSecret({ namespace, name }))
    const value = data?.[key]
    return value === undefined ? null : Buffer.from(value, 'base64').toString('utf8')
  } catch (error) {
    if (hasCode(error, 'KUBERNETES_NOT_FOUND')) return null
    throw error
  }
}
