import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const exec = promisify(execFile)

/** The folder of the real kube-apiserver, etcd and kubectl. */
export const binaries = async (): Promise<string> => (await exec('.ci/kube-apiserver')).stdout.trim()

/** Runs a real kubectl. @throws with `stderr`, where it fails */
export const kubectl = async (kubeconfig: string, args: readonly string[]): Promise<string> => {
  const path = join(await binaries(), 'kubectl')
  return (await exec(path, [...args], { env: { ...process.env, KUBECONFIG: kubeconfig } })).stdout
}
