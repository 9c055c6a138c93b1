import type { Environment } from './environment.ts'
import type { Problem } from './problem.ts'

const VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'] as const

/** Proxies that the environment names and that are no URL. Their values may hold a password, and are not shown. */
export const proxyProblems = (env: Environment): readonly Problem[] =>
  VARIABLES.flatMap((name) => {
    const value = env[name]?.trim() ?? ''
    if (value === '' || (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol))) return []
    return [
      {
        code: 'CONFIG_INVALID',
        path: '',
        where: `environment variable ${name}`,
        message: 'must be a URL that begins with http:// or https://',
      },
    ]
  })
