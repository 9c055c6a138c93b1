import type { Config } from '../config/config.ts'
import { ScimPushError } from '../errors/error.ts'
import { hasCode } from '../errors/has-code.ts'
import { toScimPushError } from '../errors/wrap.ts'
import { explain as explainOne } from '../explain/explain.ts'
import { renderExplainJson, type Explanation } from '../report/explain.ts'
import { renderExplainText } from '../report/explain-text.ts'
import { worstOf } from '../report/exit-code.ts'
import { renderError } from '../report/text.ts'
import { createSource, createTarget } from '../wiring.ts'
import { exitCodeOfError, inSession } from './in-session.ts'
import type { CommonFlags } from './options.ts'
import { planContextOf } from './plan-context.ts'
import { prepare, type Prepared } from './prepare.ts'
import { logWarnings, tellError } from './print-error.ts'
import type { Session } from './session.ts'
import { findWork, type Work } from './work.ts'

/** `scim-push explain USER` */
export const explain = (query: string, flags: CommonFlags, stop: AbortSignal): Promise<number> =>
  inSession('explain', flags, stop, async (session) => {
    const explanations: Explanation[] = []
    let several = false
    let error: ScimPushError | null = null
    try {
      if (query.trim() === '')
        throw new ScimPushError('CONFIG_WRONG_VALUE', {
          message: 'the name of the person is empty',
          where: 'USER',
        })
      const work = await findWork(flags, stop)
      ;({ several } = work)
      for (const one of await prepare(session, work.tasks, {})) {
        const explanation = await explainPrepared(query.trim(), one, work, session)
        explanations.push(explanation)
        const withError = several || flags.outputFile !== undefined
        if (flags.output === 'text')
          await session.print(renderExplainText(explanation, { colour: session.colour, several, withError }))
      }
    } catch (cause) {
      error = toScimPushError(cause)
    }
    const exitCode = exitCodeOfAll(explanations, error, stop)
    for (const one of explanations) if (one.error) tellOne(session, one.config, one.error, several)
    if (error) tellError('explain', error, session)
    if (flags.output === 'json') await session.print(renderExplainJson(query, explanations, exitCode, error))
    else if (flags.output === 'text' && error && flags.outputFile !== undefined)
      await session.print(renderError(error, false))
    return exitCode
  })

/** Somebody whom one of several configurations does not know is found all the same. */
const exitCodeOfAll = (
  explanations: readonly Explanation[],
  error: ScimPushError | null,
  stop: AbortSignal,
): number => {
  const found = explanations.some(({ people }) => people.length > 0)
  const errors = [...explanations.map((one) => one.error), error].filter((one) => one !== null)
  return worstOf(
    errors
      .filter((one) => !(found && hasCode(one, 'PERSON_NOT_FOUND')))
      .map((one) => exitCodeOfError(one, stop)),
  )
}

/** Of several, the explanations have their errors themselves, and the log has a line each. */
const tellOne = (session: Session, config: string, error: ScimPushError, several: boolean): void => {
  if (several) session.log.error('explain failed', { config, code: error.code, detail: error.message })
  else tellError('explain', error, session)
}

const explainPrepared = async (
  query: string,
  { config, name, context, task, carried }: Prepared,
  { cluster, lock }: Work,
  { stop, flags }: Session<CommonFlags>,
): Promise<Explanation> => {
  const { log, onRequest, progress } = context
  if (config instanceof ScimPushError) return failed(name, config, null)
  const { context: planContext, warnings } = await planContextOf(config, {
    cluster,
    lock,
    carried,
    origin: task.origin,
    flags,
    log,
  })
  logWarnings(log, warnings)
  progress.phase('read')
  try {
    const source = await createSource(config.source, config.scope, { log, onRequest, stop })
    try {
      const target = await createTarget(config, { log, onRequest, stop })
      try {
        return await explainOne({
          query,
          config: config.name,
          source,
          target,
          scope: config.scope,
          policy: config.policy,
          suspended: config.suspend,
          dryRun: config.dryRun,
          context: planContext,
          stop,
        })
      } finally {
        await target.close()
      }
    } finally {
      await source.close()
    }
  } catch (cause) {
    const error = stop.aborted
      ? new ScimPushError('INTERRUPTED', { message: 'it was ended before both sides were read', cause })
      : toScimPushError(cause)
    return failed(name, error, config)
  } finally {
    progress.end()
  }
}

/** What is said of a configuration that could not be used, or whose sides could not be read. */
const failed = (name: string, error: ScimPushError, config: Config | null): Explanation => ({
  config: name,
  source: '',
  target: '',
  scimGroups: config?.scope.scimGroups ?? [],
  suspended: config?.suspend ?? false,
  dryRun: config?.dryRun ?? false,
  otherConfig: null,
  planHash: null,
  people: [],
  more: 0,
  suggestions: [],
  error,
})
