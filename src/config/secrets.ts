import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ScimPushError } from '../errors/error.ts'
import { Secret } from '../lib/secret.ts'
import { readTextFile } from '../lib/text-file.ts'
import { assertNever } from '../lib/assert-never.ts'
import type { Environment } from './environment.ts'
import { fileDoubts } from './file-doubts.ts'
import type { SecretLeaf, SecretReference } from './leaf.ts'
import type { Problem } from './problem.ts'
import { cleanSecret } from './secret-text.ts'
import type { Setting } from './setting.ts'

/** Asks Kubernetes for a key of a Secret in our namespace; null when there is no such Secret or key. */
export type ResolveSecretKeyRef = (ref: {
  readonly name: string
  readonly key: string
}) => Promise<string | null>

export interface SecretSurroundings {
  readonly env: Environment
  /** Where Secrets are mounted. */
  readonly secretsDir: string
  readonly resolveSecretKeyRef: ResolveSecretKeyRef | null
  /** Of this process; null where users have no numbers. */
  readonly uid: number | null
  readonly warn: (message: string) => void
}

const SECRETS_DIR = '/var/run/secrets/scim-push'

export const secretsDirOf = (env: Environment): string => env['SCIM_PUSH_SECRETS_DIR']?.trim() || SECRETS_DIR

/** The number of the user that this process is; null where users have none. */
export const ownUid = (): number | null => process.getuid?.() ?? null

/** As much as a Kubernetes Secret holds. */
const MAX_BYTES = 2 ** 20

type Found =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'none'; readonly message: string }

/**
 * The secret that a setting gives or refers to; null when there is none to be had, which `complain` is told.
 * Neither its value nor what stands where a reference should be is in any message.
 * @throws a ScimPushError that `resolveSecretKeyRef` throws
 */
export const readSecret = async (
  { definition, where, value }: Setting,
  surroundings: SecretSurroundings,
  complain: (problem: Problem) => void,
): Promise<Secret | null> => {
  if (value.kind === 'secret') return value.secret
  const { leaf } = definition
  if (value.kind === 'plain' || leaf.kind !== 'secret')
    throw new TypeError(`${definition.path} is a secret and has no plain value`)
  return referredSecret(
    leaf,
    value.reference,
    { path: `spec.${definition.path}`, where },
    surroundings,
    complain,
  )
}

/**
 * What a reference leads to; null when there is no secret to be had, which `complain` is told.
 * @throws a ScimPushError that `resolveSecretKeyRef` throws
 */
export const referredSecret = async (
  leaf: SecretLeaf,
  reference: SecretReference,
  { path, where }: Place,
  surroundings: SecretSurroundings,
  complain: (problem: Problem) => void,
): Promise<Secret | null> => {
  const found = await follow(reference, { path, where }, surroundings)
  const cleaned =
    found.kind === 'text' ? cleanSecret(leaf, found.text) : { kind: 'wrong' as const, message: found.message }
  if (cleaned.kind === 'clean') return new Secret(cleaned.value)
  complain({ code: 'CONFIG_SECRET_UNAVAILABLE', path, where, message: cleaned.message })
  return null
}

interface Place {
  /** Of the setting; empty for what is none. */
  readonly path: string
  readonly where: string
}

const follow = async (
  reference: SecretReference,
  place: Place,
  surroundings: SecretSurroundings,
): Promise<Found> => {
  if ('env' in reference) return fromVariable(reference.env, surroundings.env)
  if ('file' in reference) return (await fromFile(reference.file, place, surroundings)).found
  if ('secretKeyRef' in reference) return fromSecretKey(reference.secretKeyRef, place, surroundings)
  return assertNever(reference)
}

const fromVariable = (name: string, env: Environment): Found => {
  // Its own: `toString` is a name that everything answers to.
  const text = Object.hasOwn(env, name) ? env[name] : undefined
  // Who puts the secret itself where the variable's name belongs shall not read it in a log: names have capitals.
  const called = /^[A-Z][A-Z0-9_]{0,63}$/.test(name) ? `${name}, ` : ''
  return text === undefined
    ? { kind: 'none', message: `refers to an environment variable, ${called}which is not set` }
    : { kind: 'text', text }
}

const fromFile = async (
  file: string,
  { path, where }: Place,
  { uid, secretsDir, warn }: SecretSurroundings,
): Promise<{ readonly found: Found; readonly missing: boolean }> => {
  const content = await readTextFile(file, MAX_BYTES)
  if (content.kind === 'unreadable') {
    const called = isPresentable(file) ? `, ${file}, ` : ' '
    const message = `refers to a file${called}which ${content.reason}`
    return { found: { kind: 'none', message }, missing: content.missing }
  }
  const stats = await stat(file).catch(() => null)
  if (stats)
    for (const doubt of fileDoubts({ file, stats, uid, secretsDir }))
      warn(`${path === '' ? where : `${path} (${where})`}: the file ${file} ${doubt}`)
  return { found: content, missing: false }
}

/** Whether a text that should be a path looks like one, rather than like a secret in the wrong place. */
const isPresentable = (file: string): boolean =>
  file.length <= 200 &&
  /^[\w ./\\:~@%+-]+$/.test(file) &&
  (/^(?:\.{0,2}|~|[A-Za-z]:)[/\\]/.test(file) || /^[\w -]+\.[a-z]{2,5}$/.test(file))

const fromSecretKey = async (
  ref: { readonly name: string; readonly key: string },
  place: Place,
  surroundings: SecretSurroundings,
): Promise<Found> => {
  const file = join(surroundings.secretsDir, ref.name, ref.key)
  const { found, missing } = await fromFile(file, place, surroundings)
  if (found.kind === 'text' || !missing) return found
  if (!surroundings.resolveSecretKeyRef)
    return {
      kind: 'none',
      message: `refers to the key ${ref.key} of the Secret ${ref.name}: there is no file ${file}, and the Kubernetes API is not in use`,
    }
  const answer = await askKubernetes(surroundings.resolveSecretKeyRef, ref)
  if (answer.kind === 'text') return answer
  return {
    kind: 'none',
    message: `refers to the key ${ref.key} of the Secret ${ref.name}: there is no file ${file}, and ${answer.message}`,
  }
}

/** The API client's own messages quote headers, so they go no further. */
const askKubernetes = async (
  resolve: ResolveSecretKeyRef,
  ref: { readonly name: string; readonly key: string },
): Promise<Found> => {
  try {
    const text = await resolve(ref)
    return text === null
      ? { kind: 'none', message: 'Kubernetes knows no such Secret or key in this namespace' }
      : { kind: 'text', text }
  } catch (error) {
    if (!(error instanceof ScimPushError)) return { kind: 'none', message: 'Kubernetes could not be asked' }
    // The usual case: the Secret is mounted, the key is missing in it, and no right to read Secrets was given.
    if (error.code === 'KUBERNETES_FORBIDDEN')
      return { kind: 'none', message: 'this service account may not read the Secret itself' }
    throw error
  }
}
