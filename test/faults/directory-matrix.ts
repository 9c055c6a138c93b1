import { ended, gap, recovered, type Promised } from './promise.ts'

/** Every request to a domain controller. */
export const directoryRequests = {
  connection: 'the connection',
  StartTLS: 'StartTLS',
  bind: 'the bind',
  rootDSE: 'the root of the directory',
  'SCIM group': 'the search for a SCIM group',
  'members page 1': 'the search for those whom groups name, page 1',
  'members page 2': 'the search for those whom groups name, later pages',
  range: 'the next range of a group’s members',
  'primary members': 'the search for those whose primary group it is',
  'people page 1': 'the search for all people, page 1',
  'people page 2': 'the search for all people, later pages',
  'groups page 1': 'the search for all groups, page 1',
  'groups page 2': 'the search for all groups, later pages',
} as const
export type DirectoryRequestId = keyof typeof directoryRequests

/** What a network and a domain controller do to a request. */
export const directoryFaults = {
  refused: 'the connection is lost, and refused when it is made again',
  reset: 'the connection is lost before the answer',
  'reset in': 'the connection is lost in the middle of a page',
  timeout: 'no answer comes',
  drip: 'the answer comes byte by byte',
  garbage: 'an answer that is no LDAP',
  'certificate expired': 'the certificate has expired when the connection is made again',
  'bind refused': 'the password is refused when the connection is made again (49)',
  busy: 'busy (51)',
  unavailable: 'unavailable (52)',
  referral: 'a referral instead of an answer (10)',
  continuation: 'references to other domains beside the answer',
  sizeLimit: 'sizeLimitExceeded (4)',
  timeLimit: 'timeLimitExceeded (3)',
  forbidden: 'insufficientAccessRights (50)',
  operationsError: 'operationsError (1)',
  'page empty': 'an empty page in between',
  'page repeats': 'a page that was there before',
  'no cookie': 'a page that does not say whether it is the last',
  'range ends': 'the group has no further range',
} as const
export type DirectoryFaultId = keyof typeof directoryFaults

export interface DirectoryRow {
  readonly faults: readonly DirectoryFaultId[]
  readonly once: Promised
  readonly thenOn: Promised
}

const row = (faults: readonly DirectoryFaultId[], once: Promised, thenOn: Promised = once): DirectoryRow => ({
  faults,
  once,
  thenOn,
})

const refusals: readonly DirectoryFaultId[] = [
  'referral',
  'sizeLimit',
  'timeLimit',
  'forbidden',
  'operationsError',
]
const lost: readonly DirectoryFaultId[] = ['reset', 'timeout', 'drip', 'garbage']
/** In the middle of a run, whatever was asked. */
const gone: readonly DirectoryRow[] = [
  row(['refused'], recovered, ended('AD_UNREACHABLE')),
  row(['certificate expired'], ended('AD_CERTIFICATE')),
  row(['bind refused'], ended('AD_BIND_REFUSED')),
]
const part: readonly DirectoryRow[] = [
  ...gone,
  row([...lost, 'busy', 'unavailable'], recovered, gap),
  row(refusals, gap),
]
const page: readonly DirectoryRow[] = [
  ...part,
  row(['reset in'], recovered, gap),
  row(['continuation'], recovered),
  row(['no cookie'], gap),
]
/** Nobody is missing when everyone who was asked for is on the page. */
const laterMembers: readonly DirectoryRow[] = [
  ...page.filter(({ faults }) => !faults.includes('no cookie')),
  row(['no cookie'], recovered, gap),
  row(['page empty'], recovered, gap),
  row(['page repeats'], gap),
]
const later: readonly DirectoryRow[] = [
  ...page,
  row(['page empty'], recovered, gap),
  row(['page repeats'], gap),
]

/** What is promised for every request to a domain controller and every fault that it can meet. */
export const directoryMatrix: Readonly<Record<DirectoryRequestId, readonly DirectoryRow[]>> = {
  connection: [
    row(['refused'], recovered, ended('AD_UNREACHABLE')),
    row(['certificate expired'], ended('AD_CERTIFICATE')),
  ],
  StartTLS: [
    row(['refused'], recovered, ended('AD_UNREACHABLE')),
    row(['certificate expired'], ended('AD_CERTIFICATE')),
  ],
  bind: [
    row(['busy', 'unavailable'], recovered, ended('AD_UNREACHABLE')),
    row(['bind refused'], ended('AD_BIND_REFUSED')),
  ],
  rootDSE: [
    ...gone,
    row([...lost, 'busy', 'unavailable'], recovered, ended('AD_UNREACHABLE')),
    row(refusals, ended('AD_SEARCH_REFUSED')),
  ],
  'SCIM group': [
    ...gone,
    row([...lost, 'busy', 'unavailable'], recovered, ended('AD_UNREACHABLE')),
    row(['sizeLimit', 'timeLimit', 'forbidden', 'operationsError', 'no cookie'], ended('AD_SEARCH_REFUSED')),
    row(['referral'], ended('AD_SCIM_GROUP_UNRESOLVED')),
    row(['continuation'], recovered),
    row(['page empty'], recovered, ended('AD_SEARCH_REFUSED')),
  ],
  'members page 1': [...page, row(['page empty'], recovered, gap)],
  'members page 2': laterMembers,
  range: [...part, row(['range ends'], gap)],
  'primary members': [
    ...page.filter(({ faults }) => !faults.includes('reset in')),
    row(['page empty'], recovered),
  ],
  'people page 1': [...page, row(['page empty'], recovered, gap)],
  'people page 2': later,
  'groups page 1': [...page, row(['page empty'], recovered, gap)],
  'groups page 2': later,
}
