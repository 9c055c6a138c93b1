import { changesOf, peopleOf } from './company.ts'
import { workloads, type Case, type Conditions } from './workload.ts'

/** Requests that a workload can't do without. */
export interface Needed {
  /** Null where the source is a file. */
  readonly google: {
    readonly users: number
    readonly groups: number
    /** At least one a group. */
    readonly members: number
  } | null
  /** Pages of both lists at the target. */
  readonly pages: number
  /** What is written, one operation each: groups before the users who are put into them. */
  readonly groups: number
  readonly users: number
}

/** What Google serves a page, at most. */
const GOOGLE_USERS = 500
const GOOGLE_GROUPS = 200
const GOOGLE_MEMBERS = 200
/** What the Keeper emulator serves a page. */
const KEEPER_PAGE = 10_000
/** Our defaults: requests under way at once. */
const AT_TARGET = 16
const AT_GOOGLE = 16

export const MAX_OPERATIONS = 1000
/** So many requests more than the fewest are no waste: they go at the same time. */
export const BULKS_MORE = 5

const pages = (items: number, most: number): number => Math.max(1, Math.ceil(items / most))

export const neededFor = ({ workload, source, size }: Case): Needed => {
  const states = workloads[workload]
  const empty = states.target === 'empty'
  const initial = { groups: size.groups, users: size.users }
  const writes = empty ? initial : { groups: 0, users: workload === 'W3' ? changesOf(size) : 0 }
  return {
    google: source === 'google' ? googlePages(workload, size) : null,
    pages: empty ? 2 : pages(size.users, KEEPER_PAGE) + pages(size.groups, KEEPER_PAGE),
    ...writes,
  }
}

const googlePages = (workload: Case['workload'], size: Case['size']): NonNullable<Needed['google']> => {
  const members = new Array<number>(size.groups).fill(0)
  let users = 0
  for (const person of peopleOf(size, workloads[workload].source)) {
    users++
    for (const group of person.groups) members[group] = (members[group] ?? 0) + 1
  }
  return {
    users: pages(users, GOOGLE_USERS),
    groups: pages(size.groups, GOOGLE_GROUPS),
    members: members.reduce((sum, count) => sum + pages(count, GOOGLE_MEMBERS), 0),
  }
}

/** The requests of both systems together, without those that ask who one is and what the endpoint can do. */
export const requestsNeeded = ({ google, pages: listed, groups, users }: Needed, bulk: boolean): number =>
  (google ? google.users + google.groups + google.members : 0) +
  listed +
  (bulk ? Math.ceil((groups + users) / MAX_OPERATIONS) : groups + users)

/**
 * The shortest time in milliseconds in which it can be done: requests ÷ concurrency × latency, but no less than the longest chain
 * that the protocols force. At Google: the token, then page after page of the users (a page's token is in the page before), or
 * the groups and then their members. At the target: page one tells how many there are; groups exist before users are put into
 * them. Both sides are read at the same time, and no process has to start. With Bulk an operation takes time too.
 */
export const lowerBoundMs = (
  { google, pages: listed, groups, users }: Needed,
  { latencyMs, atOnce, bulkOperationMs }: Conditions,
  bulk: boolean,
): number => {
  const atTarget = Math.min(AT_TARGET, atOnce)
  const atGoogle = Math.min(AT_GOOGLE, atOnce)
  const steps = (requests: number, most: number): number => Math.ceil(requests / most)
  const source = google
    ? 1 +
      Math.max(
        google.users,
        google.groups + 1,
        steps(google.users + google.groups + google.members, atGoogle),
      )
    : 0
  const target = Math.max(listed > 2 ? 2 : 1, steps(listed, atTarget))
  const reads = Math.max(source, target) * latencyMs
  const operations = groups + users
  if (!bulk || operations === 0) return reads + (steps(groups, atTarget) + steps(users, atTarget)) * latencyMs
  const requests = Math.ceil(operations / MAX_OPERATIONS)
  // Spread over as many as the target for requests allows, which is more than the fewest.
  const lanes = Math.min(atTarget, requests + BULKS_MORE)
  const atATime = (requests * latencyMs + operations * bulkOperationMs) / lanes
  return reads + Math.max(latencyMs + bulkOperationMs, atATime)
}
