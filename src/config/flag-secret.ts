import { Secret } from '../lib/secret.ts'
import type { Environment } from './environment.ts'
import { secret, type SecretLeaf } from './leaf.ts'
import type { Problem } from './problem.ts'
import { cleanSecret } from './secret-text.ts'
import { ownUid, referredSecret, secretsDirOf } from './secrets.ts'

/** A secret that is no setting of a SyncConfig: its value is in a variable, or in the file that a flag names. */
export interface FlagSecret {
  /** `SCIM_PUSH_LISTEN_TOKEN` */
  readonly variable: string
  /** `--listen-token-file` */
  readonly flag: string
  readonly form: SecretLeaf['form']
}

export interface FlagSurroundings {
  readonly env: Environment
  /** Told what works but should not be left so. */
  readonly warn: (message: string) => void
}

/** Null when it is nowhere, or not to be had, which `complain` is told then. */
export const readFlagSecret = async (
  { variable, flag, form }: FlagSecret,
  file: string | undefined,
  { env, warn }: FlagSurroundings,
  complain: (problem: Problem) => void,
): Promise<Secret | null> => {
  const leaf = secret('', form)
  const text = env[variable]
  if (text !== undefined && file !== undefined) {
    complain({
      code: 'CONFIG_CONFLICT',
      path: '',
      where: flag,
      message: `is set beside ${variable}: set one of them`,
    })
    return null
  }
  if (file !== undefined) {
    const surroundings = {
      env,
      warn,
      uid: ownUid(),
      secretsDir: secretsDirOf(env),
      resolveSecretKeyRef: null,
    }
    return referredSecret(leaf, { file }, { path: '', where: flag }, surroundings, complain)
  }
  if (text === undefined) return null
  const cleaned = cleanSecret(leaf, text)
  if (cleaned.kind === 'clean') return new Secret(cleaned.value)
  const where = `environment variable ${variable}`
  complain({ code: 'CONFIG_SECRET_UNAVAILABLE', path: '', where, message: cleaned.message })
  return null
}
