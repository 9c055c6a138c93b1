import { families, type FaultId } from './faults.ts'
import {
  believed,
  ended,
  failed,
  gap,
  recovered,
  stopped,
  stoppedUnwritten,
  type Promised,
} from './promise.ts'
import type { RequestId } from './requests.ts'

/** Faults that a request answers to alike, and what comes of them: of one, and of all requests to the service from then on. */
export interface Row {
  readonly faults: readonly FaultId[]
  readonly once: Promised
  readonly thenOn: Promised
}

const { network, unreadable, 'server errors': down, 'too many requests': busy } = families
const odd: readonly FaultId[] = ['409', '412', '413', '428']

const row = (faults: readonly FaultId[], once: Promised, thenOn: Promised): Row => ({ faults, once, thenOn })
const EXPIRED = 'certificate expired'
const both = (faults: readonly FaultId[], promised: Promised): Row => row(faults, promised, promised)

/** What passes. */
const passing = (
  thenOn: Readonly<Record<'network' | 'down' | 'busy' | 'absurd', Promised>>,
): readonly Row[] => [
  row(network, recovered, thenOn.network),
  row(down, recovered, thenOn.down),
  row(busy, recovered, thenOn.busy),
  both(['429 absurd'], thenOn.absurd),
  both(['other type'], recovered),
]

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

const away: readonly FaultId[] = [...network, ...down, ...unreadable, 'other JSON']
const token: readonly Row[] = [
  row([...away, ...busy], recovered, ended('GOOGLE_UNAVAILABLE')),
  both(['429 absurd'], ended('GOOGLE_UNAVAILABLE')),
  both(['other type'], recovered),
  both(['400', '401', '403'], ended('GOOGLE_REFUSED_TOKEN')),
  both(['404', ...odd, 'redirect'], ended('GOOGLE_MALFORMED')),
]
/** The first page of a list without which there is nothing. */
const googleFirst: readonly Row[] = [
  both([EXPIRED], ended('GOOGLE_UNAVAILABLE')),
  row(away, recovered, ended('GOOGLE_UNAVAILABLE')),
  row(busy, recovered, ended('GOOGLE_QUOTA')),
  both(['429 absurd'], ended('GOOGLE_QUOTA')),
  both(['other type'], recovered),
  both(['400'], ended('GOOGLE_INVALID')),
  row(['401'], recovered, ended('GOOGLE_REFUSED_TOKEN')),
  both(['403'], ended('GOOGLE_FORBIDDEN')),
  both(['404'], ended('GOOGLE_CUSTOMER')),
  both([...odd, 'redirect'], ended('GOOGLE_REFUSED')),
]
const firstPage: readonly Row[] = [
  ...googleFirst,
  row(['page empty'], recovered, ended('GOOGLE_MALFORMED')),
  both(['token of the page'], gap),
]
const scimGroup: readonly Row[] = [
  both([EXPIRED], ended('GOOGLE_UNAVAILABLE')),
  row(away, recovered, ended('GOOGLE_UNAVAILABLE')),
  row(busy, recovered, ended('GOOGLE_QUOTA')),
  both(['429 absurd'], ended('GOOGLE_QUOTA')),
  both(['other type'], recovered),
  both(['400', '404'], ended('GOOGLE_SCIM_GROUPS')),
  row(['401'], recovered, ended('GOOGLE_REFUSED_TOKEN')),
  row(['403'], ended('GOOGLE_SCIM_GROUPS'), ended('GOOGLE_FORBIDDEN')),
  both([...odd, 'redirect'], ended('GOOGLE_REFUSED')),
]
/** A later page of a list, one group's members, one user: what was read counts, and the rest is frozen. */
const part = (thenOn: Promised = gap): readonly Row[] => [
  row([...away, ...busy], recovered, thenOn),
  row(['429 absurd'], gap, thenOn),
  both([EXPIRED], thenOn),
  both(['other type'], recovered),
  row(['401'], recovered, ended('GOOGLE_REFUSED_TOKEN')),
]

/** What is promised for every request and every fault that it can meet. */
export const matrix: Readonly<Record<Exclude<RequestId, Rfc7644RequestId>, readonly Row[]>> = {
  token,
  'users page 1': firstPage,
  'users page 2': [
    ...part(),
    both(['400', '403', '404', ...odd, 'redirect'], gap),
    row(['page empty'], recovered, gap),
    both(['page repeats', 'page overlaps', 'token of the page'], gap),
  ],
  'groups page 1': firstPage,
  // By then users are listed as well: what is missing of them is a gap too.
  'groups page 2': [
    both([EXPIRED], gap),
    row([...away, ...busy], recovered, gap),
    both(['429 absurd'], gap),
    both(['other type'], recovered),
    both(['400'], gap),
    row(['401'], recovered, ended('GOOGLE_REFUSED_TOKEN')),
    both(['403', '404'], gap),
    both([...odd, 'redirect'], gap),
    row(['page empty'], recovered, gap),
    both(['page repeats', 'page overlaps', 'token of the page'], gap),
  ],
  'SCIM group': scimGroup,
  'members page 1': [
    ...part(),
    both(['400', '403', '404', ...odd, 'redirect'], gap),
    row(['page empty'], recovered, gap),
    both(['token of the page'], gap),
  ],
  'members page 2': [
    ...part(),
    both(['400', '403', '404', ...odd, 'redirect'], gap),
    row(['page empty'], recovered, gap),
    both(['page repeats', 'page overlaps', 'token of the page'], gap),
  ],
  'nested group': [...part(), both(['400', '403', '404', ...odd, 'redirect'], gap)],
  'listed users': [
    both([EXPIRED], gap),
    row([...away, ...busy], recovered, gap),
    row(['429 absurd'], recovered, gap),
    both(['other type'], recovered),
    both(['400'], ended('GOOGLE_INVALID')),
    row(['401'], recovered, ended('GOOGLE_REFUSED_TOKEN')),
    both(['403'], ended('GOOGLE_FORBIDDEN')),
    both(['404'], ended('GOOGLE_CUSTOMER')),
    both([...odd, 'redirect'], ended('GOOGLE_REFUSED')),
    row(['page empty', 'token of the page'], recovered, gap),
  ],
  'one user': [...part(), both(['400', ...odd, 'redirect'], gap), row(['403', '404'], recovered, gap)],

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
}

export type Rfc7644RequestId = 'GET group' | 'PATCH members'

const members: readonly Row[] = [
  row(network, recovered, failed('SCIM_UNREACHABLE')),
  row(down, recovered, failed('SCIM_UNAVAILABLE')),
  row(busy, recovered, failed('SCIM_THROTTLED')),
  row(['400', '412'], recovered, failed('SCIM_REFUSED')),
  row(['404'], recovered, failed('SCIM_NOT_FOUND')),
  row(['409'], recovered, failed('SCIM_CONFLICT')),
  row(['413'], recovered, failed('SCIM_TOO_LARGE')),
  both(['401'], stopped('SCIM_UNAUTHORIZED')),
  both(['403'], failed('SCIM_FORBIDDEN')),
]

/** What only an endpoint is asked that keeps members with the group. */
export const rfc7644Matrix: Readonly<Record<Rfc7644RequestId, readonly Row[]>> = {
  'GET group': [
    ...scimEnds,
    row(unreadable, recovered, ended('SCIM_MALFORMED')),
    both(['other JSON'], ended('SCIM_MALFORMED')),
    both(['400', ...odd], ended('SCIM_REFUSED')),
    both(['401', '403'], ended('SCIM_UNAUTHORIZED')),
    both(['redirect'], ended('SCIM_REDIRECT')),
  ],
  'PATCH members': members,
}
