import { writeFile } from 'node:fs/promises'
import type { KubeConfig } from '@kubernetes/client-node'
import { startGate } from '../../fixtures/gate.ts'

const decoded = (text: string | undefined): string => Buffer.from(text ?? '', 'base64').toString('utf8')

/** A gate before the API server, and a kubeconfig that leads to it. It has the rights of whoever started the cluster. */
export const gateBefore = async (config: KubeConfig, kubeconfigPath: string) => {
  const cluster = config.getCurrentCluster()
  const user = config.getCurrentUser()
  const gate = await startGate({
    system: 'kube',
    upstream: () => cluster?.server ?? '',
    tls: {
      ca: decoded(cluster?.caData),
      cert: decoded(user?.certData),
      key: decoded(user?.keyData),
    },
  })
  await writeFile(
    kubeconfigPath,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'gate', cluster: { server: gate.url, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'anyone', user: {} }],
      contexts: [{ name: 'gate', context: { cluster: 'gate', user: 'anyone' } }],
      'current-context': 'gate',
    }),
  )
  return gate
}
