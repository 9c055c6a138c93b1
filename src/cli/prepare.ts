import { DEFAULT_NAME, type Config } from '../config/config.ts'
import { summaryOfDocument, summaryOfFile } from '../config/document-summary.ts'
import { processEnvironment } from '../config/load.ts'
import { ScimPushError } from '../errors/error.ts'
import { toScimPushError } from '../errors/wrap.ts'
import { parseCarrier, type CarriedDocument } from '../kubernetes/carrier.ts'
import { leaseName } from '../kubernetes/lease-name.ts'
import type { CommonFlags } from './options.ts'
import { configOf, type RunContext, type Session } from './session.ts'
import type { Assignment, Task } from './work.ts'

/** A task of which it is known whether it can be run. */
export interface Prepared {
  readonly task: Task
  readonly context: RunContext
  /** What reports call it: `metadata.name`, or the name of the carrier of a document that is not understood. */
  readonly name: string
  /** False where `name` is a guess: the document is a file that can't be read, or has no name. */
  readonly named: boolean
  /** The name of its target's lock; null when it is not known where it pushes to. */
  readonly lease: string | null
  /** Null when it is not in a cluster, or could not be read. */
  readonly carried: CarriedDocument | null
  readonly config: Config | ScimPushError
}

interface Overrides {
  readonly dryRun?: boolean
}

/**
 * Reads and checks every configuration before the first one is run. Two of one target are refused, both: who was pushed by the one
 * would be a leaver to the other. That holds when one of them is broken, too: its people are as much theirs.
 */
export const prepare = async (
  session: Session<CommonFlags>,
  tasks: readonly Task[],
  overrides: Overrides,
): Promise<readonly Prepared[]> => {
  const prepared: Prepared[] = []
  for (const [n, task] of tasks.entries()) {
    const context = n === 0 ? session : session.nextRun()
    prepared.push(await prepareOne(task, () => task.open(), session.flags, context, overrides))
  }
  return prepared.map((one) => {
    if (one.config instanceof ScimPushError) return one
    const others = prepared.filter((other) => other !== one)
    const conflict =
      sameTarget(others.filter(({ lease }) => lease === one.lease)) ??
      sameName(others.filter(({ name }) => name === one.name))
    return conflict ? { ...one, config: conflict } : one
  })
}

/** The same as it is now: a run before it may have taken long, and somebody may have suspended it meanwhile. */
export const prepareAgain = async (
  { task, context, lease, config }: Prepared,
  flags: CommonFlags,
  overrides: Overrides,
): Promise<Prepared> => {
  const now = await prepareOne(task, () => task.reopen(), flags, context, overrides)
  // What was refused together with another one stays refused in this round.
  if (config instanceof ScimPushError) return now.config instanceof ScimPushError ? now : { ...now, config }
  if (now.config instanceof ScimPushError || now.lease === lease) return now
  return {
    ...now,
    config: new ScimPushError('CONFIG_CONFLICT', {
      message: 'got another target while the runs before it were under way; the next round takes it up',
      where: 'spec.target.url',
    }),
  }
}

const prepareOne = async (
  task: Task,
  open: () => Promise<Assignment>,
  flags: CommonFlags,
  context: RunContext,
  overrides: Overrides,
): Promise<Prepared> => {
  let carried: CarriedDocument | null = null
  try {
    const assignment = await open()
    carried = assignment.carried
    const config = await configOf(assignment, flags, context.log, overrides)
    return {
      task,
      context,
      name: config.name,
      named: true,
      lease: leaseName(config.target.url),
      carried,
      config,
    }
  } catch (error) {
    const { name, target } = carried
      ? summaryOfDocument(carried.text ?? '', task.origin)
      : await summaryOfFile(task.origin)
    const named = nameOf(name, task.origin)
    const url = overriddenTarget(flags) ?? target
    return {
      task,
      context,
      ...named,
      lease: url === null ? null : leaseName(url),
      carried,
      config: toScimPushError(error),
    }
  }
}

/** A carrier's name stands for its document's; a file's does not. Where there is no document it is what an unnamed one is called. */
const nameOf = (name: string | null, origin: string): Pick<Prepared, 'name' | 'named'> => {
  if (name !== null) return { name, named: true }
  if (origin === '') return { name: DEFAULT_NAME, named: true }
  return { name: origin.split('/').at(-1) ?? '', named: parseCarrier(origin) !== null }
}

/** What the environment or a flag says in place of every document's target. */
const overriddenTarget = ({ set }: CommonFlags): string | null => {
  const flag = set.map((text) => /^\s*(?:spec\.)?target\.url\s*=(.*)$/.exec(text)?.[1]).find(Boolean)
  return flag ?? processEnvironment()['SCIM_PUSH_TARGET_URL'] ?? null
}

const namesOf = (others: readonly Prepared[]): string => others.map(({ task }) => task.origin).join(', ')

const sameTarget = (others: readonly Prepared[]): ScimPushError | null =>
  others.length === 0
    ? null
    : new ScimPushError('CONFIG_CONFLICT', {
        message: `pushes to the same target as ${namesOf(others)}: each would remove what the other one pushed`,
        where: 'spec.target.url',
        remedy: 'Put all SCIM groups of a target into one SyncConfig.',
      })

const sameName = (others: readonly Prepared[]): ScimPushError | null =>
  others.length === 0
    ? null
    : new ScimPushError('CONFIG_CONFLICT', {
        message: `has the same metadata.name as ${namesOf(others)}: in reports and metrics nobody could tell them apart`,
        where: 'metadata.name',
        remedy: 'Give each SyncConfig a metadata.name of its own.',
      })
