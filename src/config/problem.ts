import type { ErrorCode } from '../errors/catalogue.ts'
import { ScimPushError } from '../errors/error.ts'

type ConfigCode = Extract<ErrorCode, `CONFIG_${string}`>

/** One thing that is wrong with the configuration. No value is ever quoted: any of them may be a secret in the wrong place. */
export interface Problem {
  readonly code: ConfigCode
  /** As the document spells it, `spec.target.url`; empty where the message names its subject. */
  readonly path: string
  /** `config.yaml:9`, `environment variable SCIM_PUSH_TARGET_URL`, `--set target.url`; empty when it is set nowhere. */
  readonly where: string
  /** Completes the path: `must be …`. */
  readonly message: string
}

/** All problems in one error, each on a line of its own. Its code is theirs, or CONFIG_INVALID when they differ. */
export const problemsError = (problems: readonly Problem[]): ScimPushError => {
  const [first] = problems
  const code = first && problems.every((one) => one.code === first.code) ? first.code : 'CONFIG_INVALID'
  const lines = [...new Set(problems.map(lineOf))]
  const places = new Set(problems.map(({ where }) => where))
  const [place] = places
  const [single] = lines
  return new ScimPushError(code, {
    message:
      lines.length === 1 && single !== undefined
        ? single
        : [`the configuration has ${lines.length} problems:`, ...lines.map((line) => `- ${line}`)].join('\n'),
    ...(places.size === 1 && place ? { where: place } : {}),
  })
}

const lineOf = ({ path, where, message }: Problem): string => {
  const place = where === '' ? '' : path === '' ? where : ` (${where})`
  return `${path}${place}${path === '' && place === '' ? '' : ' '}${message}`
}
