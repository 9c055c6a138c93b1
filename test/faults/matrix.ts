import { families, type FaultId } from './faults.ts'
import { ended, gap, recovered, type Promised } from './promise.ts'
import type { RequestId } from './requests.ts'
import { both, EXPIRED, odd, row, type Row } from './rows.ts'
import { scimMatrix, type Rfc7644RequestId } from './scim-matrix.ts'

const { network, unreadable, 'server errors': down, 'too many requests': busy } = families

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

/** What is promised for every request between Google and Keeper, and every fault that it can meet. */
export const matrix = {
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

  ...scimMatrix,
} as const satisfies Readonly<Record<Exclude<RequestId, Rfc7644RequestId>, readonly Row[]>>

export type MatrixRequestId = keyof typeof matrix
