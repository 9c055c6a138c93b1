import type { Fingerprints } from '../plan/fingerprint.ts'
import type { ActionKind, Change } from '../plan/action.ts'
import type { Subject } from '../plan/withheld.ts'

/** An action as a saved plan has it, be it planned or withheld. */
export interface PlannedAction extends Subject {
  readonly kind: ActionKind
  /** Why it is done, or why it is withheld. */
  readonly reason: string
  readonly changes: readonly Change[]
  readonly withheld: boolean
}

/** A plan that somebody looked at, as it is to be carried out. */
export interface SavedPlan {
  /** `metadata.name` of the configuration that it was made with. */
  readonly config: string
  readonly planHash: string
  /** True when it was made with an approval of its own hash. */
  readonly approved: boolean
  readonly fingerprints: Fingerprints
  /** What it does, and what it withholds. */
  readonly actions: readonly PlannedAction[]
}

/** What has changed since a plan was saved. */
export interface Moved {
  readonly source: boolean
  readonly target: boolean
  /** What the plan would do now and did not then. */
  readonly added: readonly PlannedAction[]
  /** What it would no longer do. */
  readonly gone: readonly PlannedAction[]
}

/** What moved between a saved plan and the one that was worked out just now; null when nothing did. */
export const movedSince = (
  saved: Pick<SavedPlan, 'planHash' | 'fingerprints' | 'actions'>,
  now: Pick<SavedPlan, 'planHash' | 'fingerprints' | 'actions'>,
): Moved | null => {
  const moved: Moved = {
    source: saved.fingerprints.source !== now.fingerprints.source,
    target: saved.fingerprints.target !== now.fingerprints.target,
    added: without(now.actions, saved.actions),
    gone: without(saved.actions, now.actions),
  }
  const same =
    !moved.source &&
    !moved.target &&
    moved.added.length === 0 &&
    moved.gone.length === 0 &&
    saved.planHash === now.planHash
  return same ? null : moved
}

/** In one sentence of counts, naming nobody. */
export const movedWords = ({ source, target, added, gone }: Moved): string => {
  const who =
    source && target
      ? 'source and target have changed'
      : source
        ? 'the source has changed'
        : target
          ? 'the target has changed'
          : 'neither side has changed, but the policy, the approvals or the program have'
  const planned =
    added.length + gone.length === 0
      ? 'what the plan does is the same'
      : `${added.length} of its actions would be new, ${gone.length} are gone`
  return `since the plan was made ${who}; ${planned}`
}

/** Those that are not among the others; of what is there twice, as many as are more. */
const without = (
  actions: readonly PlannedAction[],
  others: readonly PlannedAction[],
): readonly PlannedAction[] => {
  const left = new Map<string, number>()
  for (const other of others) {
    const key = keyOf(other)
    left.set(key, (left.get(key) ?? 0) + 1)
  }
  return actions.filter((action) => {
    const key = keyOf(action)
    const count = left.get(key) ?? 0
    if (count > 0) left.set(key, count - 1)
    return count === 0
  })
}

const keyOf = ({ kind, user, group, reason, withheld, changes }: PlannedAction): string =>
  JSON.stringify([
    kind,
    user,
    group,
    reason,
    withheld,
    changes.map(({ attribute, from, to }) => [attribute, from, to]),
  ])
