import type { Config, SourceConfig } from './config/config.ts'
import { systemClock } from './lib/clock.ts'
import type { Log } from './lib/log.ts'
import type { OnRequest } from './lib/requests.ts'
import { version } from './lib/version.ts'
import type { Target } from './apply/target.ts'
import type { Scope, Source } from './source/source.ts'

interface Surroundings {
  readonly log: Log
  readonly onRequest: OnRequest
  /** Ends waiting between retries; requests under way finish. */
  readonly stop: AbortSignal
}

/** The source that the configuration names. Each vendor's client is loaded only where it is used. */
export const createSource = async (
  config: SourceConfig,
  scope: Scope,
  surroundings: Surroundings,
): Promise<Source> => {
  const common = {
    scope,
    log: surroundings.log,
    onRequest: surroundings.onRequest,
    clock: systemClock,
    random: Math.random,
  }
  switch (config.type) {
    case 'google': {
      const { createGoogleSource } = await import('./source/google/google-source.ts')
      return createGoogleSource({ ...config, ...common })
    }
    case 'activeDirectory': {
      const { createActiveDirectorySource } =
        await import('./source/active-directory/active-directory-source.ts')
      return createActiveDirectorySource({ ...config, ...common })
    }
    case 'records': {
      const { createRecordsSource } = await import('./source/records/records-source.ts')
      return createRecordsSource({ ...config, ...common })
    }
  }
}

/** The SCIM endpoint that the configuration names. */
export const createTarget = async (
  { target }: Config,
  { log, onRequest, stop }: Surroundings,
): Promise<Target> => {
  const { createScimTarget } = await import('./scim/scim-target.ts')
  return createScimTarget({
    ...target,
    userAgent: `scim-push/${version}`,
    log,
    onRequest,
    clock: systemClock,
    random: Math.random,
    signal: stop,
  })
}
