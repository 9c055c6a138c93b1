import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { BatchV1Api } from '@kubernetes/client-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startGoogleEmulator, type GoogleEmulator } from '../../src/emulators/google/google-emulator.ts'
import { startKeeperEmulator, type KeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { binaries, kubectl } from './cluster/kubectl.ts'
import { startHelmCluster, type HelmCluster } from './helm/installing.ts'

// The two ways in that the README shows, as it shows them, in a copy of this checkout. Only the endpoint's address is another one.

const exec = promisify(execFile)
const ENDPOINT = 'https://keepersecurity.com/api/rest/scim/v2/288797895950343'
const TOKEN = 'the-token-of-the-endpoint'
let folder: string
let checkout: string
let google: GoogleEmulator
let keeper: KeeperEmulator
let cluster: HelmCluster

/** `docker`, where there is no engine: buildah builds, podman runs. The emulators stand where Google is. */
const docker = () => `#!/usr/bin/env bash
set -euo pipefail
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
verb=$1; shift
if [[ $verb == build ]]; then
  buildah bud -q --pull-never -v /etc/ssl/certs:/etc/ssl/certs:ro "$@" >&2
  buildah push -q localhost/scim-push docker-archive:${folder}/image.tar:localhost/scim-push
  podman load -q -i ${folder}/image.tar >&2
else
  exec podman --runtime runc --cgroup-manager cgroupfs "$verb" --pull never --network host \\
    --ulimit nofile=1024:1024 --ulimit nproc=1000:1000 \\
    -e SCIM_PUSH_SOURCE_GOOGLE_ROOT_URL=${google.rootUrl} -e SCIM_PUSH_SOURCE_GOOGLE_TOKEN_URL=${google.tokenUrl} "$@"
fi
`

/** The first shell block below a heading of the README. */
const commandsOf = async (heading: string): Promise<string> => {
  const page = await readFile('README.md', 'utf8')
  const below = page.slice(page.indexOf(`## ${heading}\n`))
  const block = /```sh\n([\s\S]*?)```/.exec(below)?.[1]
  if (block === undefined) throw new Error(`nothing to run below ${heading}`)
  return block
}

const shell = async (commands: string): Promise<string> => {
  const script = join(folder, 'commands.sh')
  await writeFile(script, `set -euo pipefail\n${commands}`)
  const env = {
    ...process.env,
    PATH: [join(folder, 'bin'), await binaries(), process.env['PATH']].join(':'),
    KUBECONFIG: cluster.kubeconfigPath,
    SCIM_PUSH_TARGET_TOKEN: TOKEN,
  }
  return (await exec('bash', [script], { cwd: checkout, env, maxBuffer: 2 ** 26 })).stdout
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'readme-'))
  checkout = join(folder, 'checkout')
  await mkdir(checkout)
  await mkdir(join(folder, 'bin'))
  await exec('bash', ['-c', `git ls-files -z | tar --null -T - -cf - | tar xf - -C "${checkout}"`])
  google = await startGoogleEmulator()
  keeper = await startKeeperEmulator({ token: TOKEN })
  cluster = await startHelmCluster()
  google.directory.addUser({ primaryEmail: 'admin@corp.example', isAdmin: true })
  google.directory.addUser({ primaryEmail: 'ann@corp.example' })
  google.directory.addGroup({ email: 'keeper-users@corp.example', name: 'Keeper Users' }, [
    'ann@corp.example',
  ])
  await writeFile(join(checkout, 'credentials.json'), google.credentials())
  await chmod(join(checkout, 'credentials.json'), 0o644)
  await writeFile(join(checkout, 'token'), TOKEN)
  await writeFile(join(folder, 'bin', 'docker'), docker(), { mode: 0o755 })
  await exec('bash', ['-c', `ln -s "$(.ci/helm)" "${join(folder, 'bin', 'helm')}"`])
}, 600_000)
afterAll(async () => {
  await Promise.all([google.close(), keeper.close(), cluster.stop()])
  await rm(folder, { recursive: true })
})

test('docker build, demo, and a push as a CI pipeline runs it', { timeout: 300_000 }, async () => {
  const commands = (await commandsOf('In a CI pipeline: `docker run`')).replaceAll(ENDPOINT, keeper.url)
  const printed = await shell(commands)
  expect(printed).toContain('holds exactly what the source says')
  expect(printed).toContain('1 user to create')
  expect(keeper.state.summary()).toEqual({
    users: ['ann@corp.example'],
    groups: { 'Keeper Users': ['ann@corp.example'] },
  })
})

test('the Secret and helm install; and the command that the notes give to run it now', async () => {
  const commands = await commandsOf('In Kubernetes: Helm')
  // Its pod needs a kubelet; what it runs is run by another test.
  const withoutTest = commands.replace(/^helm test .*$/m, '')
  expect(withoutTest).not.toBe(commands)
  const notes = await shell(withoutTest)
  const batch = cluster.config.makeApiClient(BatchV1Api)
  const { spec } = await batch.readNamespacedCronJob({ namespace: 'default', name: 'scim-scim-push' })
  const [container] = spec.jobTemplate.spec!.template.spec!.containers
  expect(container!.image).toBe('registry.corp.example/scim-push:0.1.0')
  const runNow = /^ +(kubectl .*create job .*)$/m.exec(notes)?.[1] ?? ''
  await shell(runNow)
  const jobs = await kubectl(cluster.kubeconfigPath, ['get', 'jobs', '-o', 'name'])
  expect(jobs).toMatch(/^job.batch\/scim-scim-push-\d+$/m)
  // Where the notes say to look: nothing has run yet, but all of it is there to be looked at.
  for (const [, look] of notes.matchAll(/^ +(kubectl .*(?:get configmap|events|logs) .*)$/gm))
    await expect(shell(look!), look).resolves.toBeTypeOf('string')
})
