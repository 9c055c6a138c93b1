import { families, type FaultId } from './faults.ts'
import { ended, recovered, warned, type Promised } from './promise.ts'

/** What is asked of the cluster, and of a Pushgateway. */
export const serviceRequests = {
  document: 'the API server: reading the document',
  lock: 'the API server: taking the lock',
  status: 'the API server: writing the status',
  push: 'the Pushgateway: pushing the metrics',
} as const
export type ServiceRequestId = keyof typeof serviceRequests

interface Row {
  readonly faults: readonly FaultId[]
  readonly once: Promised
  readonly thenOn: Promised
}

const { network, unreadable, 'server errors': down, 'too many requests': busy } = families
const row = (faults: readonly FaultId[], once: Promised, thenOn: Promised = once): Row => ({
  faults,
  once,
  thenOn,
})
const passing: readonly FaultId[] = [
  ...network,
  ...down.filter((fault) => fault !== '408'),
  ...busy,
  '429 absurd',
]

/** What is promised for each of them: a lock and a document are needed, a status and metrics are not. */
export const serviceMatrix: Readonly<Record<ServiceRequestId, readonly Row[]>> = {
  document: [
    row([...passing, ...unreadable], recovered, ended('KUBERNETES_UNAVAILABLE')),
    row(['400', '408', '412', '413', '428'], ended('KUBERNETES_REFUSED')),
    row(['401', '403'], ended('KUBERNETES_FORBIDDEN')),
    row(['404'], ended('KUBERNETES_NOT_FOUND')),
    row(['409'], ended('KUBERNETES_CONFLICT')),
  ],
  lock: [
    row([...passing, ...unreadable], recovered, ended('KUBERNETES_UNAVAILABLE')),
    row(['400', '408', '412', '413', '428'], ended('KUBERNETES_REFUSED')),
    row(['401', '403'], ended('KUBERNETES_FORBIDDEN')),
    row(['409'], recovered, ended('KUBERNETES_CONFLICT')),
  ],
  status: [
    row([...passing, ...unreadable], recovered, warned('KUBERNETES_UNAVAILABLE')),
    row(['400', '408', '412', '413', '428'], warned('KUBERNETES_REFUSED')),
    row(['401', '403'], warned('KUBERNETES_FORBIDDEN')),
    row(['409'], recovered, warned('KUBERNETES_CONFLICT')),
  ],
  push: [
    row(
      network.filter((fault) => fault !== 'reset in' && fault !== 'drip'),
      recovered,
      warned('PUSHGATEWAY_UNREACHABLE'),
    ),
    row(
      [...down.filter((fault) => fault !== 'html 502'), ...busy],
      recovered,
      warned('PUSHGATEWAY_UNAVAILABLE'),
    ),
    row(['429 absurd'], warned('PUSHGATEWAY_UNAVAILABLE')),
    row(['html 502'], recovered, warned('PUSHGATEWAY_UNAVAILABLE')),
    row(['401', '403'], warned('PUSHGATEWAY_UNAUTHORIZED')),
    row(['redirect'], warned('PUSHGATEWAY_REDIRECT')),
    row(['400', '404', '409', '412', '413', '428', 'html 200'], warned('PUSHGATEWAY_REFUSED')),
  ],
}
