import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const exec = promisify(execFile)
// Works where there is neither a daemon nor user namespaces.
const env = { ...process.env, STORAGE_DRIVER: 'vfs', BUILDAH_ISOLATION: 'chroot' }
const image = 'localhost/scim-push:e2e'

const tool = async (name: string, args: readonly string[]): Promise<string> =>
  (await exec(name, args, { env, maxBuffer: 64 * 1024 * 1024 })).stdout

/** Builds the Dockerfile with buildah and hands the image to podman. What is missing fails. */
export const buildImage = async (): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'image-'))
  const archive = `docker-archive:${join(folder, 'image.tar')}`
  try {
    const labels = [
      '--build-arg',
      'VERSION=1.2.3',
      '--build-arg',
      'REVISION=abc',
      '--label',
      `sources=${await sourcesHash()}`,
    ]
    // The certificates of this machine: its way to the registry may have an authority of its own.
    await tool('buildah', [
      'bud',
      '--pull-never',
      '-v',
      '/etc/ssl/certs:/etc/ssl/certs:ro',
      ...labels,
      '-t',
      image,
      '.',
    ])
    await tool('buildah', ['push', '-q', image, `${archive}:${image}`])
    await tool('podman', ['load', '-q', '-i', join(folder, 'image.tar')])
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Builds the image where that of these sources is not there yet: building takes a minute, and one test file always does. */
export const ensureImage = async (): Promise<void> => {
  const wanted = await sourcesHash()
  const [present] = await tool('podman', [
    'image',
    'inspect',
    image,
    '--format',
    '{{index .Labels "sources"}}',
  ]).then(
    (text) => text.trim().split('\n'),
    () => [''],
  )
  if (present !== wanted) await buildImage()
}

const sourcesHash = async (): Promise<string> => {
  const { stdout } = await exec('git', [
    'ls-files',
    '-z',
    'src',
    'Dockerfile',
    '.ci/build.ts',
    '.ci/precompiled-schema.ts',
    'package-lock.json',
    'LICENSE',
  ])
  const hash = createHash('sha256')
  for (const file of stdout.split('\0').filter((name) => name !== ''))
    hash.update(file).update(await readFile(file).catch(() => ''))
  return hash.digest('hex')
}

export const inspectImage = async (): Promise<unknown> =>
  JSON.parse(await tool('podman', ['image', 'inspect', image])) as unknown

/** As a cluster would run it: read-only root, no capability, 256 MB. */
const restricted = [
  '--read-only',
  '--cap-drop',
  'all',
  '--security-opt',
  'no-new-privileges',
  '--memory',
  '256m',
]

const runArgs = (options: readonly string[], args: readonly string[]): readonly string[] => [
  ...[
    '--runtime',
    'runc',
    '--cgroup-manager',
    'cgroupfs',
    'run',
    '--pull',
    'never',
    '--rm',
    '--network',
    'host',
  ],
  ...['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1000:1000'],
  ...options,
  image,
  ...args,
]

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the image, restricted; `onStart` may send a signal to the container through its name. */
export const runImage = (
  options: readonly string[],
  args: readonly string[],
  onStart: (child: ChildProcess) => void = () => undefined,
): Promise<Ended> => runContainer([...restricted, ...options], args, onStart)

/** Runs the image with these options of podman's, and no restriction that they do not name. */
export const runContainer = (
  options: readonly string[],
  args: readonly string[],
  onStart: (child: ChildProcess) => void = () => undefined,
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn('podman', runArgs(options, args), { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (part: Buffer) => (stdout += part.toString('utf8')))
    child.stderr.on('data', (part: Buffer) => (stderr += part.toString('utf8')))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
    onStart(child)
  })

export const stopContainer = (name: string): Promise<string> =>
  tool('podman', ['--runtime', 'runc', '--cgroup-manager', 'cgroupfs', 'kill', '--signal', 'TERM', name])
