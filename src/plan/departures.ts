import { dayOf } from '../lib/day.ts'
import type { Absence, Absences } from '../model/absence.ts'
import type { ScimId } from '../model/ids.ts'
import type { DirectorySnapshot } from '../model/snapshot.ts'
import type { TargetUser } from '../model/target-state.ts'
import type { PlanContext } from './context.ts'
import { ladders, type RemovalLadder, type RemovalStep } from './policy.ts'
import type { WithheldReason } from './withheld.ts'

const DAY = 24 * 60 * 60 * 1000

/** What is to happen to a leaver's account. */
export interface Departure {
  /** The next thing; null where nothing is left to do. */
  readonly next: RemovalStep['do'] | null
  /** Why the next thing is not done yet; null when it is due. */
  readonly wait: Wait | null
  /** Why they keep their memberships: no step is due yet. Null when one is. */
  readonly keeps: Wait | null
}

interface Wait {
  /** False where this run can't tell that they are missing: the wait begins with one that can. */
  readonly begun: boolean
  readonly reason: Extract<WithheldReason, 'grace' | 'incomplete' | 'other-config'>
  readonly detail: string
}

/**
 * How far leavers are on their way out, by the steps of the policy and by what is remembered of them.
 *
 * Nobody is missing on the strength of something that was not read, of an empty source, or of what another configuration may have pushed:
 * no wait begins there. What is active is deactivated before it is deleted, where the steps say so, however late it is.
 */
export const departuresOf = (
  leaving: Iterable<TargetUser>,
  { steps, desired, context }: Surroundings,
): ReadonlyMap<ScimId, Departure> => {
  // A policy that removes nobody says so of what would be done otherwise.
  const ladder = steps.length === 0 ? ladders.deactivate : steps
  const begins = mayBegin(desired, context)
  const departures = new Map<ScimId, Departure>()
  for (const account of leaving) {
    const known = context.otherConfig === null ? absenceOf(account, context.missing) : null
    const since = known ? Math.min(known.since, context.now) : begins ? context.now : null
    const waitFor = (step: RemovalStep | null): Wait | null => {
      if (step === null || step.days === 0) return null
      if (since === null) return unbegun(step, account, desired, context)
      const due = since + step.days * DAY
      return due <= context.now ? null : begun(step, since, due)
    }
    const next = nextStep(ladder, account.active)
    departures.set(account.id, {
      next: next?.do ?? null,
      wait: waitFor(next),
      keeps: waitFor(ladder[0] ?? null),
    })
  }
  return departures
}

interface Surroundings {
  readonly steps: RemovalLadder
  readonly desired: DirectorySnapshot
  readonly context: PlanContext
}

/** A run that read all there is, and something at that, tells who is missing. */
const mayBegin = ({ gaps, users }: DirectorySnapshot, { otherConfig }: PlanContext): boolean =>
  gaps.length === 0 && users.length > 0 && otherConfig === null

/** What is remembered of an account; null for nothing, or of another one that had its id. */
const absenceOf = (
  { id, externalId }: Pick<TargetUser, 'id' | 'externalId'>,
  absences: Absences,
): Absence | null => {
  const known = absences.get(id)
  return known && known.externalId === externalId ? known : null
}

/** No step is skipped: what is active is deactivated first. */
const nextStep = (ladder: RemovalLadder, active: boolean): RemovalStep | null =>
  (active ? ladder[0] : ladder.find((step) => step.do === 'delete')) ?? null

const verbs: Readonly<Record<RemovalStep['do'], string>> = { deactivate: 'deactivates', delete: 'deletes' }

const begun = (step: RemovalStep, since: number, due: number): Wait => ({
  begun: true,
  reason: 'grace',
  detail: `missing since ${dayOf(since)}; policy.users.remove ${verbs[step.do]} after ${daysWords(step)}, on ${dayOf(due)}`,
})

const unbegun = (
  step: RemovalStep,
  { active }: TargetUser,
  { users }: DirectorySnapshot,
  { otherConfig }: PlanContext,
): Wait => {
  const rule = `policy.users.remove ${verbs[step.do]} ${daysWords(step)} after the first run that can tell that they are missing`
  if (otherConfig !== null)
    return {
      begun: false,
      reason: 'other-config',
      detail: `${otherConfig} pushed to this target before; ${rule}`,
    }
  // What was deactivated already waits in peace: nobody is kept in by mistake.
  return users.length === 0
    ? { begun: false, reason: active ? 'incomplete' : 'grace', detail: `the source has no users; ${rule}` }
    : { begun: false, reason: 'incomplete', detail: rule }
}

const daysWords = ({ days }: RemovalStep): string => (days === 1 ? '1 day' : `${days} days`)

/** What a run has found out about who is missing: what the memory is brought up to date with. */
export interface Missing {
  readonly leavers: readonly Leaver[]
  /** Whether it could tell that somebody is missing who was not before. */
  readonly begins: boolean
  /** Days to the step that deactivates; null where there is none. */
  readonly deactivatesAfter: number | null
}

type Leaver = Pick<TargetUser, 'id' | 'externalId' | 'active'>

export const missingOf = (
  leaving: Iterable<TargetUser>,
  { steps, desired, context }: Surroundings,
): Missing => ({
  // When another configuration comes between, what was known is forgotten: it may have had them in scope.
  leavers:
    context.otherConfig === null
      ? Array.from(leaving, ({ id, externalId, active }) => ({ id, externalId, active }))
      : [],
  begins: mayBegin(desired, context),
  deactivatesAfter: steps.find((step) => step.do === 'deactivate')?.days ?? null,
})

/**
 * What is to be remembered after a run, from what was remembered before it. Who is back, or may be, is forgotten.
 *
 * Somebody who is still active when their deactivation is due has from here on the time that lies between it and the deletion: it came
 * late, or they were back in between and nobody wrote it down.
 * @param now milliseconds since the epoch; never before the time of the memory, be it that the clock says so
 */
export const remember = (
  { leavers, begins, deactivatesAfter }: Missing,
  before: Absences,
  now: number,
): Absences => {
  const after = new Map<ScimId, Absence>()
  for (const leaver of leavers) {
    const known = absenceOf(leaver, before)
    if (!known && !begins) continue
    const since = known?.since ?? now
    const late = leaver.active && deactivatesAfter !== null ? now - deactivatesAfter * DAY : since
    after.set(leaver.id, { externalId: leaver.externalId, since: Math.max(since, late) })
  }
  return after
}
