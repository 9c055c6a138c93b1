import type { CatalogueEntry } from './entry.ts'

export const kubernetesErrors = {
  KUBERNETES_NO_CLUSTER: {
    failure: 'config',
    meaning:
      'A cluster is needed, for the configuration or the lock, and there is none: neither a service account nor a kubeconfig.',
    remedy:
      'Run it in a pod whose service account token is mounted, or set KUBECONFIG; or give --config a file and leave --lock out.',
  },
  KUBERNETES_UNAVAILABLE: {
    failure: 'unreachable',
    meaning: 'The API server that holds the configuration or the lock did not answer, after all retries.',
    remedy: 'Check the API server, and that the network policy lets the pod reach it.',
  },
  KUBERNETES_FORBIDDEN: {
    failure: 'credentials',
    meaning: 'The service account lacks a right that is needed: the message names the verb and the object.',
    remedy:
      'Give its Role that verb on that object; `kubectl auth can-i` tells what it may, and the chart’s README what it needs.',
  },
  KUBERNETES_NOT_FOUND: {
    failure: 'config',
    meaning: 'The ConfigMap or SyncConfig that --config names is not there, or has no key syncconfig.yaml.',
    remedy:
      'Check the name and the namespace; a ConfigMap carries the document under the key syncconfig.yaml.',
  },
  KUBERNETES_NO_MATCH: {
    failure: 'config',
    meaning: 'No SyncConfig matches --selector, so there is nothing to run.',
    remedy:
      'Correct the selector or the namespace; a ConfigMap counts only with the label scim-push.io/syncconfig=true.',
  },
  KUBERNETES_CONFLICT: {
    failure: 'protocol',
    meaning: 'Somebody else changed the object in the meantime.',
    remedy: 'Run again.',
  },
  KUBERNETES_REFUSED: {
    failure: 'protocol',
    meaning: 'The API server refused a request for another reason than rights; the message is its own.',
    remedy: 'Check that the CustomResourceDefinition and scim-push are of one version.',
  },
  LOCK_HELD: {
    failure: 'locked',
    meaning: 'Another run is pushing to the same target; this one read and wrote nothing.',
    remedy:
      'Wait for it to end. --lock-wait waits. A run that was killed leaves its lock for 170 seconds; the Lease that the message names shows the holder.',
  },
  LOCK_LOST: {
    failure: 'locked',
    meaning:
      'The lock could not be renewed in time, or another run has it: no further write was begun, those under way were finished.',
    remedy:
      'Nothing is lost, the next run goes on from what was written. Check the API server, and who holds the Lease that the message names.',
  },
} as const satisfies Record<string, CatalogueEntry>
