import { resolve } from 'node:path'

interface FileFacts {
  readonly file: string
  readonly stats: { readonly mode: number; readonly uid: number }
  /** Of this process; null where users have no numbers, as on Windows. */
  readonly uid: number | null
  readonly secretsDir: string
}

const OTHERS_WRITE = 0o002
const OTHERS_READ = 0o004
const ROOT = 0

/**
 * Why a file that holds a secret is not safe where it is; completes "the file …". Mounts of container platforms are
 * world-readable by default (Kubernetes 0644, Docker 0444) within a container that nobody else is in, so reading alone is
 * no reason to warn there.
 */
export const fileDoubts = ({ file, stats, uid, secretsDir }: FileFacts): readonly string[] => {
  if (uid === null) return []
  const doubts: string[] = []
  const mounted = ['/var/run/secrets', '/run/secrets', secretsDir].some((folder) =>
    resolve(file).startsWith(`${resolve(folder)}/`),
  )
  if (stats.mode & OTHERS_WRITE) doubts.push('can be written by every user of this machine; chmod 600 it')
  else if (stats.mode & OTHERS_READ && !mounted)
    doubts.push('can be read by every user of this machine; chmod 600 it')
  if (stats.uid !== uid && stats.uid !== ROOT)
    doubts.push(`belongs to another user (uid ${stats.uid}), who can change it; chown it`)
  return doubts
}
