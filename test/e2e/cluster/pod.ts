import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CoreV1Api, type KubeConfig, type V1PodSpec, type V1Volume } from '@kubernetes/client-node'
import { runContainer, type Ended } from '../image/container.ts'

export interface PodEnded extends Ended {
  /** What the program left for the kubelet. */
  readonly terminationMessage: string
}

interface Mount {
  readonly from: string
  readonly to: string
  readonly readOnly: boolean
}

/**
 * Does the kubelet's part: runs the container of a pod spec with its arguments, environment, mounts, user and restrictions, with the
 * token of its service account, against the real API server. The image is the one that was built here.
 */
export const runPod = async (config: KubeConfig, namespace: string, spec: V1PodSpec): Promise<PodEnded> => {
  const core = config.makeApiClient(CoreV1Api)
  const [container] = spec.containers
  if (!container || spec.containers.length > 1) throw new Error('one container is expected')
  const folder = await mkdtemp(join(tmpdir(), 'pod-'))
  await chmod(folder, 0o755)
  try {
    const { fsGroup = 0, runAsUser = 0, runAsGroup = 0 } = spec.securityContext ?? {}
    const volumes = new Map<string, string>()
    for (const volume of spec.volumes ?? [])
      volumes.set(volume.name, await materialize(core, namespace, volume, join(folder, volume.name), fsGroup))
    const mounts: Mount[] = (container.volumeMounts ?? []).map(({ name, mountPath, readOnly, subPath }) => {
      const from = volumes.get(name)
      if (from === undefined || subPath !== undefined) throw new Error(`the mount ${name} is not understood`)
      return { from, to: mountPath, readOnly: readOnly ?? false }
    })
    const log = join(folder, 'termination-log')
    await writeFile(log, '')
    await chmod(log, 0o666)
    mounts.push({
      from: log,
      to: container.terminationMessagePath ?? '/dev/termination-log',
      readOnly: false,
    })
    if (spec.automountServiceAccountToken ?? true)
      mounts.push(
        await serviceAccount(config, core, namespace, spec, join(folder, 'service-account'), fsGroup),
      )
    const { port, hostname } = new URL(config.getCurrentCluster()?.server ?? '')
    const env = {
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: port,
      ...Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, value ?? ''])),
    }
    const { readOnlyRootFilesystem, allowPrivilegeEscalation, capabilities } = container.securityContext ?? {}
    const memory = container.resources?.limits?.['memory']
    const options = [
      ...['--user', `${runAsUser}:${runAsGroup}`, '--group-add', `${fsGroup}`],
      ...(readOnlyRootFilesystem ? ['--read-only', '--read-only-tmpfs=false'] : []),
      ...(allowPrivilegeEscalation === false ? ['--security-opt', 'no-new-privileges'] : []),
      ...(capabilities?.drop ?? []).flatMap((name) => ['--cap-drop', name.toLowerCase()]),
      ...(memory === undefined ? [] : ['--memory', memory.replace('Mi', 'm')]),
      ...Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]),
      ...mounts.flatMap(({ from, to, readOnly }) => ['-v', `${from}:${to}${readOnly ? ':ro' : ''}`]),
    ]
    const ended = await runContainer(options, container.args ?? [])
    return { ...ended, terminationMessage: await readFile(log, 'utf8') }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** A volume as a directory, its files with the mode and the group that the kubelet gives them. */
const materialize = async (
  core: CoreV1Api,
  namespace: string,
  volume: V1Volume,
  folder: string,
  group: number,
): Promise<string> => {
  await mkdir(folder)
  if (volume.emptyDir) {
    await chmod(folder, 0o2777)
    return folder
  }
  if (volume.secret) {
    const { data = {} } = await core.readNamespacedSecret({ namespace, name: volume.secret.secretName ?? '' })
    for (const [key, value] of Object.entries(data))
      await put(join(folder, key), Buffer.from(value, 'base64'), volume.secret.defaultMode ?? 0o644, group)
    return folder
  }
  if (volume.configMap) {
    const { data = {} } = await core.readNamespacedConfigMap({ namespace, name: volume.configMap.name ?? '' })
    for (const [key, value] of Object.entries(data))
      await put(join(folder, key), Buffer.from(value), volume.configMap.defaultMode ?? 0o644, group)
    return folder
  }
  throw new Error(`the volume ${volume.name} is not understood`)
}

const put = async (file: string, content: Buffer, mode: number, group: number): Promise<void> => {
  await writeFile(file, content)
  await chown(file, 0, group)
  await chmod(file, mode)
}

/** What the service account admission controller mounts. */
const serviceAccount = async (
  config: KubeConfig,
  core: CoreV1Api,
  namespace: string,
  spec: V1PodSpec,
  folder: string,
  group: number,
): Promise<Mount> => {
  await mkdir(folder)
  const token = await serviceAccountToken(core, namespace, spec.serviceAccountName ?? 'default')
  const authority = Buffer.from(config.getCurrentCluster()?.caData ?? '', 'base64')
  for (const [name, content] of [
    ['token', Buffer.from(token)],
    ['namespace', Buffer.from(namespace)],
    ['ca.crt', authority],
  ] as const)
    await put(join(folder, name), content, 0o640, group)
  return { from: folder, to: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true }
}

export const serviceAccountToken = async (
  core: CoreV1Api,
  namespace: string,
  name: string,
): Promise<string> => {
  const body = { spec: { audiences: [], expirationSeconds: 3600 } }
  const { status } = await core.createNamespacedServiceAccountToken({ namespace, name, body })
  return status?.token ?? ''
}
