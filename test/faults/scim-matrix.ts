import { families } from './faults.ts'
import { believed, ended, failed, recovered, stopped, stoppedUnwritten, type Promised } from './promise.ts'
import { both, EXPIRED, odd, passing, row, type Row } from './rows.ts'

const { network, unreadable, 'server errors': down, 'too many requests': busy } = families

const scimEnds: readonly Row[] = passing({
  network: ended('SCIM_UNREACHABLE'),
  down: ended('SCIM_UNAVAILABLE'),
  busy: ended('SCIM_THROTTLED'),
  absurd: ended('SCIM_THROTTLED'),
})

const scimConfig: readonly Row[] = [
  ...scimEnds,
  both([EXPIRED], ended('SCIM_TLS')),
  row([...unreadable, 'other JSON'], recovered, ended('SCIM_MALFORMED')),
  row(['400', ...odd], recovered, ended('SCIM_REFUSED')),
  row(['401', '403'], recovered, ended('SCIM_UNAUTHORIZED')),
  row(['404'], recovered, ended('SCIM_WRONG_URL')),
  row(['redirect'], recovered, ended('SCIM_REDIRECT')),
]
const scimList = (later: boolean): readonly Row[] => [
  ...scimEnds,
  both([EXPIRED], ended('SCIM_TLS')),
  row(unreadable, recovered, ended('SCIM_MALFORMED')),
  both(['other JSON'], ended('SCIM_MALFORMED')),
  both(['400', ...odd], ended('SCIM_REFUSED')),
  both(['401', '403'], ended('SCIM_UNAUTHORIZED')),
  row(['404'], later ? recovered : ended('SCIM_WRONG_URL'), ended('SCIM_WRONG_URL')),
  both(['redirect'], ended('SCIM_REDIRECT')),
  row(
    later
      ? ['page repeats', 'page overlaps', 'page empty', 'total grows', 'total shrinks']
      : ['page empty', 'total grows', 'total shrinks'],
    recovered,
    ended('SCIM_PAGING'),
  ),
]

const scimStops = (throttled: Promised = stopped('SCIM_THROTTLED')): readonly Row[] =>
  passing({
    network: stopped('SCIM_UNREACHABLE'),
    down: stopped('SCIM_UNAVAILABLE'),
    busy: throttled,
    absurd: throttled,
  }).concat(both([EXPIRED], stopped('SCIM_TLS')))
const scimRefusals: readonly Row[] = [
  both(['400', '412'], failed('SCIM_REFUSED')),
  both(['401'], stopped('SCIM_UNAUTHORIZED')),
  both(['403'], failed('SCIM_FORBIDDEN')),
  both(['409'], failed('SCIM_CONFLICT')),
  both(['413'], failed('SCIM_TOO_LARGE')),
  both(['428'], failed('SCIM_NO_SEATS')),
  both(['redirect'], failed('SCIM_REDIRECT')),
]
const scimCreate: readonly Row[] = [
  ...scimStops(),
  ...scimRefusals,
  row(unreadable, recovered, failed('SCIM_MALFORMED')),
  both(['other JSON'], failed('SCIM_MALFORMED')),
  both(['404'], failed('SCIM_NOT_FOUND')),
]
const scimChange: readonly Row[] = [
  ...scimStops(),
  ...scimRefusals,
  row(unreadable, recovered, failed('SCIM_MALFORMED')),
  both(['404'], failed('SCIM_NOT_FOUND')),
]
const scimFirst: readonly Row[] = [
  ...scimStops(stoppedUnwritten('SCIM_THROTTLED')),
  ...scimRefusals,
  row(unreadable, recovered, failed('SCIM_MALFORMED')),
  both(['404'], failed('SCIM_NOT_FOUND')),
]
/** Memberships that are refused together are tried one by one. */
const scimMemberships: readonly Row[] = [
  both([EXPIRED], stopped('SCIM_TLS')),
  row(
    network.filter((fault) => fault !== 'drip'),
    recovered,
    stopped('SCIM_UNREACHABLE'),
  ),
  // The deletions after it are answered without a body.
  row(['drip'], recovered, failed('SCIM_UNREACHABLE')),
  row(down, recovered, stopped('SCIM_UNAVAILABLE')),
  row(busy, recovered, stopped('SCIM_THROTTLED')),
  both(['429 absurd'], stopped('SCIM_THROTTLED')),
  both(['other type'], recovered),
  row(['400', '412'], recovered, failed('SCIM_REFUSED')),
  row(['404'], recovered, failed('SCIM_NOT_FOUND')),
  row(['409'], recovered, failed('SCIM_CONFLICT')),
  row(['413'], recovered, failed('SCIM_TOO_LARGE')),
  both(['401'], stopped('SCIM_UNAUTHORIZED')),
  both(['403'], failed('SCIM_FORBIDDEN')),
  both(['428'], failed('SCIM_NO_SEATS')),
  both(['redirect'], failed('SCIM_REDIRECT')),
  row(unreadable, recovered, failed('SCIM_MALFORMED')),
]
const scimDelete: readonly Row[] = [
  ...scimStops(),
  ...scimRefusals,
  row(unreadable, recovered, failed('SCIM_MALFORMED')),
  row(['404'], believed, failed('SCIM_NOT_FOUND')),
]
/** The last write of a run: nothing comes after it that could be stopped. */
const scimLast: readonly Row[] = [
  both([EXPIRED], failed('SCIM_TLS')),
  row(
    network.filter((fault) => fault !== 'drip'),
    recovered,
    failed('SCIM_UNREACHABLE'),
  ),
  row(down, recovered, failed('SCIM_UNAVAILABLE')),
  row(busy, recovered, failed('SCIM_THROTTLED')),
  both(['429 absurd'], failed('SCIM_THROTTLED')),
  both(['other type', 'drip'], recovered),
  ...scimRefusals,
  row(unreadable, recovered, failed('SCIM_MALFORMED')),
  both(['404'], believed),
]
const scimLookUp: readonly Row[] = [
  ...scimStops(),
  row(unreadable, recovered, failed('SCIM_MALFORMED')),
  row(['other JSON'], recovered, failed('SCIM_MALFORMED')),
  row(['400', ...odd], recovered, failed('SCIM_REFUSED')),
  both(['401', '403'], stopped('SCIM_UNAUTHORIZED')),
  row(['404'], recovered, failed('SCIM_NOT_FOUND')),
  row(['redirect'], failed('SCIM_REDIRECT'), failed('SCIM_REDIRECT')),
]

/** What the SCIM endpoint is asked. */
export const scimMatrix = {
  'GET config': scimConfig,
  'GET users page 1': scimList(false),
  'GET users page 2': scimList(true),
  'GET groups page 1': scimList(false),
  'GET groups page 2': scimList(true),
  'POST group': scimCreate,
  'POST user': scimCreate,
  'look-up': scimLookUp,
  'PATCH group': scimFirst,
  'PATCH deactivation': scimChange,
  'PATCH user': scimChange,
  'PATCH membership': scimMemberships,
  'DELETE group': scimLast,
  'DELETE user': scimDelete,
} as const satisfies Readonly<Record<string, readonly Row[]>>

/** What only an endpoint is asked that keeps members with the group. */
export const rfc7644Matrix = {
  'GET group': [
    ...scimEnds,
    both([EXPIRED], ended('SCIM_TLS')),
    row(unreadable, recovered, ended('SCIM_MALFORMED')),
    both(['other JSON'], ended('SCIM_MALFORMED')),
    both(['400', ...odd], ended('SCIM_REFUSED')),
    both(['401', '403'], ended('SCIM_UNAUTHORIZED')),
    row(['404'], believed, failed('SCIM_NOT_FOUND')),
    both(['redirect'], ended('SCIM_REDIRECT')),
  ],
  'PATCH members': scimMemberships,
} as const satisfies Readonly<Record<string, readonly Row[]>>

export type Rfc7644RequestId = keyof typeof rfc7644Matrix
