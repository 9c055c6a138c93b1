import { readFile } from 'node:fs/promises'

const SERVICE_ACCOUNT_NAMESPACE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace'

/** The namespace of the pod that this process is in; null outside of one, or where the pod has no token. */
export const ownNamespace = async (): Promise<string | null> => {
  try {
    return (await readFile(SERVICE_ACCOUNT_NAMESPACE, 'utf8')).trim() || null
  } catch {
    return null
  }
}
