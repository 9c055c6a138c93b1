import { processEnvironment } from '../config/load.ts'
import { pushgatewayConfig, type PushgatewayFlags } from '../config/pushgateway.ts'
import { toScimPushError } from '../errors/wrap.ts'
import { ownNamespace } from '../kubernetes/own-namespace.ts'
import { systemClock } from '../lib/clock.ts'
import { revision, version } from '../lib/version.ts'
import type { PushFlags } from './options.ts'
import type { Observer } from './run-all.ts'
import type { Session } from './session.ts'

/** What sees to it that metrics reach a Pushgateway. */
interface Pushing {
  readonly onPosted: NonNullable<Observer['onPosted']>
  close(): Promise<void>
}

const nothing: Pushing = { onPosted: () => Promise.resolve(), close: () => Promise.resolve() }

/**
 * Pushes what comes of each run, where a Pushgateway is named; nothing is loaded otherwise. A dry run that somebody asks for by a flag
 * is a look, and leaves no trace. Whatever goes wrong with a push is warned of, and costs the run nothing.
 * @throws ScimPushError with failure `config`
 */
export const openPushing = async ({
  flags,
  stop,
  log,
}: Session<PushFlags & PushgatewayFlags>): Promise<Pushing> => {
  const warn = (message: string): void => log.warn(message)
  const config = await pushgatewayConfig(flags, { env: processEnvironment(), warn })
  if (!config) return nothing
  if (flags.dryRun) {
    log.info('a dry run: no metrics are pushed', { to: config.url })
    return nothing
  }
  const { exposeForPush } = await import('../observe/metrics.ts')
  const { createPusher } = await import('../observe/pushgateway.ts')
  const pusher = createPusher({
    gateway: config,
    userAgent: `scim-push/${version}`,
    clock: systemClock,
    random: Math.random,
    stop,
    log,
  })
  const build = { version, revision, nodeVersion: process.version }
  return {
    onPosted: async (report, run) => {
      if (!run.named) {
        // Under another name the failure would stay for good, since no run would ever replace it.
        run.log.warn('no metrics are pushed: the document has no name, or can’t be read', {
          where: config.url,
        })
        return
      }
      const namespace = flags.namespace ?? run.namespace ?? (await ownNamespace())
      try {
        await pusher.push(
          { job: config.job, namespace, config: report.config },
          await exposeForPush(build, report),
        )
      } catch (cause) {
        const { code, message, where, remedy } = toScimPushError(cause)
        run.log.warn('the metrics could not be pushed', { code, detail: message, where, remedy })
      }
    },
    close: () => pusher.close(),
  }
}
