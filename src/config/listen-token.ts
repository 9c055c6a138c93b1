import type { Secret } from '../lib/secret.ts'
import { readFlagSecret, type FlagSurroundings } from './flag-secret.ts'
import { problemsError, type Problem } from './problem.ts'

const LEAST = 16

/**
 * The token that the status page asks for; null where it asks for none.
 * @throws ScimPushError with failure `config`
 */
export const listenToken = async (
  { listen, listenTokenFile }: { readonly listen: boolean; readonly listenTokenFile?: string | undefined },
  surroundings: FlagSurroundings,
): Promise<Secret | null> => {
  const problems: Problem[] = []
  const flag = '--listen-token-file'
  const place = { variable: 'SCIM_PUSH_LISTEN_TOKEN', flag, form: 'token' } as const
  const token = await readFlagSecret(place, listenTokenFile, surroundings, (problem) =>
    problems.push(problem),
  )
  if (token && !listen)
    problems.push({
      code: 'CONFIG_MISSING',
      path: '',
      where: '--listen',
      message: 'is missing: its token is there',
    })
  // It can be tried as fast as the network allows.
  if (token && token.reveal().length < LEAST)
    problems.push({
      code: 'CONFIG_WRONG_VALUE',
      path: '',
      where: listenTokenFile === undefined ? `environment variable ${place.variable}` : flag,
      message: `must have ${LEAST} characters or more`,
    })
  if (problems.length > 0) throw problemsError(problems)
  return token
}
