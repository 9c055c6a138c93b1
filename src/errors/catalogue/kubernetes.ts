import type { CatalogueEntry } from './entry.ts'

export const kubernetesErrors = {
  KUBERNETES_NO_CLUSTER: {
    failure: 'config',
    meaning:
      'The configuration is in a cluster, and there is no cluster: neither a service account nor a kubeconfig.',
    remedy:
      'Run it in a pod whose service account token is mounted, or set KUBECONFIG; or give --config a file.',
  },
  KUBERNETES_UNAVAILABLE: {
    failure: 'unreachable',
    meaning: 'The API server that holds the configuration did not answer, after all retries.',
    remedy: 'Check the API server, and that the network policy lets the pod reach it.',
  },
  KUBERNETES_FORBIDDEN: {
    failure: 'credentials',
    meaning: 'The service account may not read the configuration or a Secret that it refers to.',
    remedy: 'Give its Role `get` on that object by resourceNames; `kubectl auth can-i` tells what it may.',
  },
  KUBERNETES_NOT_FOUND: {
    failure: 'config',
    meaning: 'The ConfigMap or SyncConfig that --config names is not there, or has no key syncconfig.yaml.',
    remedy:
      'Check the name and the namespace; a ConfigMap carries the document under the key syncconfig.yaml.',
  },
} as const satisfies Record<string, CatalogueEntry>
