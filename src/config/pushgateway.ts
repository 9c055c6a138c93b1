import type { Secret } from '../lib/secret.ts'
import { caFileFault } from './checking.ts'
import { readFlagSecret, type FlagSecret, type FlagSurroundings } from './flag-secret.ts'
import { problemsError, type Problem } from './problem.ts'
import { proxyProblems } from './proxy.ts'
import { httpUrlFault } from './url-checks.ts'

/** The flags about a Pushgateway, each of which may come from its environment variable as well. */
export interface PushgatewayFlags {
  readonly pushgateway?: string
  readonly pushgatewayJob: string
  readonly pushgatewayUsername?: string
  readonly pushgatewayPasswordFile?: string
  readonly pushgatewayTokenFile?: string
  readonly pushgatewayCaFile?: string
}

/** Where metrics are pushed, checked, with its secrets read. */
export interface PushgatewayConfig {
  readonly url: string
  readonly job: string
  readonly credentials:
    | { readonly kind: 'basic'; readonly username: string; readonly password: Secret }
    | { readonly kind: 'bearer'; readonly token: Secret }
    | null
  readonly caFile: string
}

/**
 * What flags and environment say of a Pushgateway; null when they say nothing.
 * @throws ScimPushError with failure `config`: one error that names all problems
 */
export const pushgatewayConfig = async (
  flags: PushgatewayFlags,
  surroundings: FlagSurroundings,
): Promise<PushgatewayConfig | null> => {
  const problems: Problem[] = []
  const complain = (problem: Problem): void => {
    problems.push(problem)
  }
  const wrong: Wrong = (where, code, message) => {
    complain({ code, path: '', where, message })
  }
  const { pushgateway: url, pushgatewayJob: job, pushgatewayUsername: username } = flags
  const { pushgatewayPasswordFile: passwordFile, pushgatewayTokenFile: tokenFile } = flags
  const password = await readFlagSecret(SECRETS.password, passwordFile, surroundings, complain)
  const token = await readFlagSecret(SECRETS.token, tokenFile, surroundings, complain)
  if (url === undefined) {
    const { pushgatewayCaFile: caFile } = flags
    const given = [username, caFile, password, token].some((one) => one !== undefined && one !== null)
    if (!given && problems.length === 0) return null
    wrong('--pushgateway', 'CONFIG_MISSING', 'is missing: the other settings of a Pushgateway are there')
    throw problemsError(problems)
  }
  if (job === '') wrong('--pushgateway-job', 'CONFIG_WRONG_VALUE', 'is empty')
  checkCredentials(flags, { password, token }, surroundings, wrong)
  // Metrics are no secret; what they are pushed with is.
  const fault = httpUrlFault(url, token || password || username !== undefined ? 'never' : true)
  if (fault?.code === 'CONFIG_INSECURE')
    wrong(
      '--pushgateway',
      fault.code,
      'would send credentials to another machine in the clear; use https://, or none',
    )
  else if (fault) wrong('--pushgateway', fault.code, fault.message)
  const caFile = flags.pushgatewayCaFile ?? ''
  const caFault = caFile === '' ? null : await caFileFault(caFile)
  if (caFault !== null) wrong('--pushgateway-ca-file', 'CONFIG_WRONG_VALUE', caFault)
  problems.push(...proxyProblems(surroundings.env))
  if (problems.length > 0) throw problemsError(problems)
  return {
    url: url.trim(),
    job,
    credentials: token
      ? { kind: 'bearer', token }
      : password && username !== undefined
        ? { kind: 'basic', username, password }
        : null,
    caFile,
  }
}

type Wrong = (where: string, code: Problem['code'], message: string) => void

/** A token, or a user name and a password, or nothing. */
const checkCredentials = (
  flags: PushgatewayFlags,
  { password, token }: { readonly password: Secret | null; readonly token: Secret | null },
  { env }: FlagSurroundings,
  wrong: Wrong,
): void => {
  const { pushgatewayUsername: username } = flags
  if (token && (password || username !== undefined))
    wrong('--pushgateway', 'CONFIG_CONFLICT', 'has a token and a user name or password: set one of them')
  if (password && username === undefined)
    wrong('--pushgateway-username', 'CONFIG_MISSING', 'is missing: the password is there')
  if (
    username !== undefined &&
    flags.pushgatewayPasswordFile === undefined &&
    env[SECRETS.password.variable] === undefined
  )
    wrong(
      '--pushgateway-password-file',
      'CONFIG_MISSING',
      `is missing: the user name is there; set it, or ${SECRETS.password.variable}`,
    )
  // RFC 7617 §2: the first colon ends the user name.
  if (username !== undefined && !/^[^:\p{Cc}]+$/u.test(username))
    wrong('--pushgateway-username', 'CONFIG_WRONG_VALUE', 'is empty, or has a colon in it')
}

const SECRETS = {
  password: {
    variable: 'SCIM_PUSH_PUSHGATEWAY_PASSWORD',
    flag: '--pushgateway-password-file',
    form: 'text',
  },
  token: { variable: 'SCIM_PUSH_PUSHGATEWAY_TOKEN', flag: '--pushgateway-token-file', form: 'token' },
} as const satisfies Record<string, FlagSecret>
