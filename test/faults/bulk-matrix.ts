import type { ErrorCode } from '../../src/errors/catalogue.ts'
import { families, type FaultId } from './faults.ts'
import { believed, failed, recovered, stopped, stoppedUnwritten, type Promised } from './promise.ts'
import { EXPIRED, type Row } from './rows.ts'

/** The Bulks of a run, in their order, each with two changes or more. */
export const bulkRequests = {
  'new groups': 'POST /Bulk: new groups, the first changes of a run',
  departures: 'POST /Bulk: who leaves',
  arrivals: 'POST /Bulk: new users',
  memberships: 'POST /Bulk: memberships',
  deletions: 'POST /Bulk: groups that go, the last changes of a run',
} as const
export type BulkRequestId = keyof typeof bulkRequests

/** The same, for one operation of each. */
export const operationTitles = {
  'new groups': 'a new group, in the first Bulk of a run',
  departures: 'who leaves',
  arrivals: 'a new user',
  memberships: "a user's memberships",
  deletions: 'a group that goes, in the last Bulk of a run',
} as const satisfies Readonly<Record<BulkRequestId, string>>

/** What is promised where the endpoint fails Bulks alone, and takes all else. */
export interface BulkRow extends Row {
  readonly each: Promised
}

const { network, unreadable, 'server errors': down, 'too many requests': busy } = families

const row = (faults: readonly FaultId[], once: Promised, each: Promised, thenOn: Promised): BulkRow => ({
  faults,
  once,
  each,
  thenOn,
})
const seen = (faults: readonly FaultId[], thenOn: Promised): BulkRow =>
  row(faults, recovered, recovered, thenOn)
const all = (faults: readonly FaultId[], promised: Promised): BulkRow =>
  row(faults, promised, promised, promised)

interface Ways {
  /** An endpoint that stays away. */
  readonly away: (code: ErrorCode) => Promised
  readonly throttled: Promised
}
const ways: Ways = { away: stopped, throttled: stopped('SCIM_THROTTLED') }
const first: Ways = { ...ways, throttled: stoppedUnwritten('SCIM_THROTTLED') }
/** Nothing comes after it that could be stopped. */
const last: Ways = { away: failed, throttled: failed('SCIM_THROTTLED') }

const passing = ({ away, throttled }: Ways): readonly BulkRow[] => [
  seen(network, away('SCIM_UNREACHABLE')),
  seen(down, away('SCIM_UNAVAILABLE')),
  seen(busy, throttled),
  all(['429 absurd'], throttled),
  all([EXPIRED], away('SCIM_TLS')),
  all(['other type'], recovered),
  all(['401'], stopped('SCIM_UNAUTHORIZED')),
  seen(unreadable, failed('SCIM_MALFORMED')),
  seen(['403'], failed('SCIM_FORBIDDEN')),
  seen(['413'], failed('SCIM_TOO_LARGE')),
  seen(['redirect'], failed('SCIM_REDIRECT')),
]
/** What makes no sense may have been carried out, so what was to be created is looked up, and that is refused as well. */
const creations = (how: Ways): readonly BulkRow[] => [
  ...passing(how),
  seen(['other JSON'], failed('SCIM_MALFORMED')),
  seen(['400', '409', '412', '428'], failed('SCIM_REFUSED')),
  seen(['404'], failed('SCIM_NOT_FOUND')),
]
const changes = (how: Ways): readonly BulkRow[] => [
  ...passing(how),
  seen(['400', '412'], failed('SCIM_REFUSED')),
  seen(['409'], failed('SCIM_CONFLICT')),
  seen(['428'], failed('SCIM_NO_SEATS')),
]

/** A Bulk as a whole. */
export const bulkMatrix: Readonly<Record<BulkRequestId, readonly BulkRow[]>> = {
  'new groups': creations(first),
  departures: [
    ...changes(ways),
    // The arrivals that come after them.
    seen(['other JSON'], failed('SCIM_MALFORMED')),
    seen(['404'], failed('SCIM_NOT_FOUND')),
  ],
  arrivals: creations(ways),
  memberships: [...changes(ways), seen(['other JSON'], recovered), seen(['404'], failed('SCIM_NOT_FOUND'))],
  deletions: [...changes(last), seen(['other JSON'], recovered), seen(['404'], believed)],
}

const codes: readonly (readonly [FaultId, ErrorCode])[] = [
  ['400', 'SCIM_REFUSED'],
  ['403', 'SCIM_FORBIDDEN'],
  ['404', 'SCIM_NOT_FOUND'],
  ['409', 'SCIM_CONFLICT'],
  ['412', 'SCIM_REFUSED'],
  ['428', 'SCIM_NO_SEATS'],
]
/** What one change can cause, another one of its kind was taken beside or before it or not. */
const refusals = (each: 'sent alone' | 'believed'): readonly BulkRow[] =>
  codes.map(([fault, code]) =>
    row([fault], failed(code), each === 'sent alone' ? recovered : failed(code), failed(code)),
  )
const operations = ({ away, throttled }: Ways): readonly BulkRow[] => [
  seen(['408', '500', '502', '503', '504'], away('SCIM_UNAVAILABLE')),
  seen(['413'], failed('SCIM_TOO_LARGE')),
  seen(['429'], throttled),
  all(['401'], stopped('SCIM_UNAUTHORIZED')),
]

/** One operation of a Bulk that is taken otherwise. */
export const operationMatrix: Readonly<Record<BulkRequestId, readonly BulkRow[]>> = {
  'new groups': [...operations(first), ...refusals('sent alone')],
  departures: [...operations(ways), ...refusals('sent alone')],
  // So are the memberships after them, and changes of users were taken in a Bulk before.
  arrivals: [...operations(ways), ...refusals('believed')],
  memberships: [
    ...operations(ways),
    // Those of one user are tried one by one.
    ...refusals('believed').map((one) =>
      one.faults.some((fault) => fault === '403' || fault === '428') ? one : { ...one, once: recovered },
    ),
  ],
  deletions: [
    ...operations(last),
    ...refusals('sent alone').filter(({ faults }) => !faults.includes('404')),
    row(['404'], believed, recovered, believed),
  ],
}
