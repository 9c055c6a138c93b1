import type { Config } from '../config/config.ts'
import { ScimPushError } from '../errors/error.ts'
import { toScimPushError } from '../errors/wrap.ts'
import type { CarriedDocument } from '../kubernetes/carrier.ts'
import { leaseName } from '../kubernetes/lease-name.ts'
import type { CommonFlags } from './options.ts'
import { configOf, type RunContext, type Session } from './session.ts'
import type { Task } from './work.ts'

/** A task of which it is known whether it can be run. */
export interface Prepared {
  readonly origin: string
  readonly context: RunContext
  /** Null when it is not in a cluster, or could not be read. */
  readonly carried: CarriedDocument | null
  readonly config: Config | ScimPushError
}

/**
 * Reads and checks every configuration before the first one is run. Two of one target are refused, both: who was pushed by the one
 * would be a leaver to the other.
 */
export const prepare = async (
  session: Session<CommonFlags>,
  tasks: readonly Task[],
  more: { readonly dryRun?: boolean },
): Promise<readonly Prepared[]> => {
  const prepared: Prepared[] = []
  for (const [n, task] of tasks.entries())
    prepared.push(await prepareOne(task, session.flags, n === 0 ? session : session.nextRun(), more))
  const byTarget = Map.groupBy(prepared, ({ config }) =>
    config instanceof ScimPushError ? null : leaseName(config.target.url),
  )
  return prepared.map((one) => {
    if (one.config instanceof ScimPushError) return one
    const others = (byTarget.get(leaseName(one.config.target.url)) ?? []).filter((other) => other !== one)
    return others.length === 0 ? one : { ...one, config: sameTarget(others) }
  })
}

const prepareOne = async (
  task: Task,
  flags: CommonFlags,
  context: RunContext,
  more: { readonly dryRun?: boolean },
): Promise<Prepared> => {
  const { origin } = task
  let carried: CarriedDocument | null = null
  try {
    const assignment = await task.open()
    carried = assignment.carried
    return { origin, context, carried, config: await configOf(assignment, flags, context.log, more) }
  } catch (error) {
    return { origin, context, carried, config: toScimPushError(error) }
  }
}

const sameTarget = (others: readonly Prepared[]): ScimPushError =>
  new ScimPushError('CONFIG_CONFLICT', {
    message: `pushes to the same target as ${others.map(({ origin }) => origin).join(', ')}: each would remove what the other one pushed`,
    where: 'spec.target.url',
    remedy: 'Put all SCIM groups of a target into one SyncConfig.',
  })
