/** How many requests may be under way at once, by what the service's answers say. Pure: it has no clock and sends nothing. */
export interface Pace {
  /** Now; never below 1, never above the ceiling. */
  readonly concurrency: number
  /** Of requests that are not judged: the ceiling, less after complaints. */
  readonly most: number
  /**
   * A request is sent.
   * @param kind requests of one kind take about as long as each other: `POST /Users`; null for what is not judged
   */
  sent(kind: string | null): Sent
  /**
   * An answer came to what was sent.
   * @param full whether all places were taken when it was sent: only then its latency says something about this many at once
   */
  answered(sent: Sent, latencyMs: number, full: boolean): void
  /** The service asked for fewer: half as many at once as may be, or as were under way where those are more. */
  complained(underWay?: number): void
}

/** What has to be known of a request when its answer comes. */
export interface Sent {
  readonly kind: string | null
  /** Counts changes of the concurrency: an answer says nothing about a pace that has changed since. */
  readonly at: number
}

/** Where every service is begun with. */
const START = 4
/** So many answers at least are looked at before a level is judged: single latencies are chance. */
const SAMPLE = 16
/** Twice as many at once are worth it if so many more answers come in the same time. */
const WORTH = 1.1
/** So many samples in a row have to deny it: a pause of this process makes many answers late at once. */
const DENIALS = 3
/** When so many fewer answers come than before, what is known of other levels was of better days. */
const FALL = 1.5
/** Whether more would be worth it by now is found out again after so many answers. */
const MEMORY = 2000
/** So many answers without complaint earn one place back. */
const CALM = 50

interface Level {
  readonly size: number
  /** Answers a millisecond, by Little's law: requests under way ÷ latency. Null until it was measured. */
  rate: number | null
}

/**
 * Doubles from 4 for as long as that brings more answers in the same time, and goes back to the least that brought as many: a service
 * that works on four requests at once answers eight of them half as quickly each, and sixteen only queue there. Requests of one kind are
 * compared with each other, since a page takes longer than a PATCH; and the rate counts, not the latency alone, since latencies differ by
 * chance more than a doubling of the load changes them. The first answers at a new level open connections, and are not counted.
 *
 * A complaint (429, 503) halves it whatever the level; one place comes back for every fifty answers without another.
 */
export const createPace = (ceiling: number): Pace => {
  const sizes: number[] = []
  for (let size = Math.min(START, ceiling); size < ceiling; size = Math.min(size * 2, ceiling))
    sizes.push(size)
  sizes.push(ceiling)
  const climbs = new Map<string, Climb>()
  let current = 0
  let cap = ceiling
  let calm = 0
  let changes = 0

  const concurrency = (): number => Math.min(cap, sizes[current] ?? ceiling)
  const climbOf = (kind: string): Climb => {
    const climb = climbs.get(kind) ?? createClimb(sizes)
    climbs.set(kind, climb)
    return climb
  }
  const moveTo = (level: number): void => {
    if (level === current) return
    current = level
    changes++
  }
  return {
    get concurrency() {
      return concurrency()
    },
    get most() {
      return cap
    },
    sent: (kind) => ({ kind, at: changes }),
    answered({ kind, at }, latencyMs, full) {
      // Answers to what was sent before a change say nothing about the pace since.
      if (at !== changes) return
      if (cap < ceiling && ++calm >= CALM) {
        calm = 0
        cap++
      }
      if (kind !== null && full && cap >= (sizes[current] ?? ceiling))
        moveTo(climbOf(kind).measured(current, latencyMs))
    },
    complained(underWay = 0) {
      cap = Math.max(1, Math.floor(Math.max(concurrency(), Math.min(cap, underWay)) / 2))
      calm = 0
      changes++
    },
  }
}

interface Climb {
  /** Takes in a latency at a level; the level to go on with. */
  measured(level: number, latencyMs: number): number
}

const createClimb = (sizes: readonly number[]): Climb => {
  const levels: readonly Level[] = sizes.map((size) => ({ size, rate: null }))
  let at = -1
  let seen = 0
  let sum = 0
  let since = 0
  let denials = 0
  let falls = 0
  /** Levels from which the one below was looked at: once, since another kind may lead back before it is measured. */
  const lookedBelow = new Set<number>()
  const begin = (level: number): void => {
    at = level
    seen = 0
    sum = 0
  }
  /** Whether the higher of two levels brings more; null where one of them was not measured. */
  const worth = (higher: Level | undefined, lower: Level | undefined): boolean | null => {
    if (!higher || !lower || higher.rate === null || lower.rate === null) return null
    // What is less than a doubling has to bring less.
    return higher.rate / lower.rate >= 1 + (WORTH - 1) * (higher.size / lower.size - 1)
  }
  return {
    measured(level, latencyMs) {
      if (level !== at) {
        begin(level)
        denials = 0
        falls = 0
      }
      const here = levels[level]
      if (!here) return level
      seen++
      if (seen <= here.size) return level
      sum += latencyMs
      const sample = Math.max(SAMPLE, 2 * here.size)
      if (seen < here.size + sample) return level
      const rate = here.size / Math.max(sum / sample, 1e-3)
      falls = here.rate !== null && rate < here.rate / FALL ? falls + 1 : 0
      const fell = falls >= DENIALS
      // Chance has less of a say the longer a level is kept.
      here.rate = here.rate === null || fell ? rate : (3 * here.rate + rate) / 4
      since += seen
      begin(level)
      const forget = (others: readonly Level[]): void => {
        since = 0
        for (const other of others) other.rate = null
      }
      if (fell) {
        forget(levels.filter((other) => other !== here))
        lookedBelow.clear()
      } else if (since > MEMORY) forget(levels.slice(level + 1))
      const [up, down] = [levels[level + 1], levels[level - 1]]
      const pays = worth(here, down)
      denials = pays === false ? denials + 1 : 0
      if (pays === false) return denials >= DENIALS ? level - 1 : level
      if (up !== undefined && worth(up, here) !== false) return level + 1
      // Nothing above is worth it: perhaps this is not either.
      if (down === undefined || pays !== null || lookedBelow.has(level)) return level
      lookedBelow.add(level)
      return level - 1
    },
  }
}
