import { toScimPushError } from '../errors/wrap.ts'
import { ScimPushError } from '../errors/error.ts'
import { hasCode } from '../errors/has-code.ts'
import { isObject } from '../lib/json.ts'
import type { RetryPolicy } from '../lib/retry.ts'
import type { CheckedPart } from '../report/report.ts'
import { memoryMapOf, statusMapOf, type Carrier } from './carrier.ts'
import type { Connection } from './connection.ts'

type Finding = CheckedPart['findings'][number]

/** A verb on a kind of object of the namespace, or on one object of it. */
export interface Right {
  readonly verb: 'get' | 'create' | 'update' | 'patch'
  /** Empty for the core API. */
  readonly group: string
  readonly resource: 'leases' | 'configmaps' | 'syncconfigs' | 'events'
  readonly subresource?: 'status'
  /** Left out for `create`: Kubernetes cannot limit what is created to names. */
  readonly name?: string
}

/** What an API server is asked about the account that asks. */
export interface Authority {
  /** @throws ScimPushError KUBERNETES_… */
  may(right: Right): Promise<boolean>
  /** Whether there is a Lease, a ConfigMap of that name, which takes the right to get it. @throws ScimPushError KUBERNETES_… */
  has(resource: 'leases' | 'configmaps', name: string): Promise<boolean>
}

/** What a push needs beside the rights to read, which whoever came here has used already. */
export interface Needs {
  /** The Lease that it takes; null when it takes none. */
  readonly lease: string | null
  /** Where its status goes, and what its event is about; null for a document outside the cluster. */
  readonly carrier: Carrier | null
  /** Whether it remembers beside its carrier who is missing. */
  readonly memory: boolean
}

/** Whether this account may take the lock, write the status and make the event. Nothing is written. Never throws. */
export const checkRights = async (
  authority: Authority,
  { lease, carrier, memory }: Needs,
): Promise<readonly Finding[]> =>
  Promise.all([
    ...(lease === null ? [] : [lockRights(authority, lease)]),
    ...(carrier !== null && memory ? [memoryRights(authority, carrier)] : []),
    ...(carrier === null ? [] : [statusRights(authority, carrier), eventRights(authority)]),
  ])

const lockRights = (authority: Authority, name: string): Promise<Finding> =>
  finding('lock-rights', async () => {
    const lacking = await lackingOnOne(authority, leases, name, ['get', 'update'])
    if (lacking.length === 0) return ok(`may take and keep the lock, the Lease ${name}`)
    return {
      level: 'error',
      message: `may not ${lacking.join(', ')}: without its lock a push ends with exit code 77`,
      remedy: 'Give its Role these verbs, as the chart does, which also makes the Lease beforehand.',
    }
  })

const memoryRights = (authority: Authority, carrier: Carrier): Promise<Finding> =>
  finding('memory-rights', async () => {
    const name = memoryMapOf(carrier)
    const lacking = await lackingOnOne(authority, configMaps, name, ['get', 'patch'])
    if (lacking.length === 0) return ok(`may remember who is missing, in the ConfigMap ${name}`)
    return {
      level: 'error',
      message: `may not ${lacking.join(', ')}: nobody's wait comes to its end, and a push ends with exit code 1`,
      remedy: 'Give its Role these verbs, as the chart does, which also makes the ConfigMap beforehand.',
    }
  })

const statusRights = (authority: Authority, { kind, name }: Carrier): Promise<Finding> =>
  finding('status-rights', async () => {
    const lacking =
      kind === 'configmap'
        ? await lackingOnOne(authority, configMaps, statusMapOf(name), ['get', 'patch'])
        : await lackingOf(authority, [
            // It is made from the one before it. What a selector finds was listed, which is another right.
            { ...resources, verb: 'get', name },
            { ...resources, subresource: 'status', verb: 'patch', name },
          ])
    if (lacking.length === 0) return ok('may write the status')
    return {
      level: 'warning',
      message: `may not ${lacking.join(', ')}: a push is done all the same, its status is missing`,
      remedy: 'Give its Role these verbs, as the chart does.',
    }
  })

const eventRights = (authority: Authority): Promise<Finding> =>
  finding('event-rights', async () => {
    const lacking = await lackingOf(authority, [{ ...events, verb: 'create' }])
    if (lacking.length === 0) return ok('may make events')
    return {
      level: 'warning',
      message: `may not ${lacking.join(', ')}: a push is done all the same, its event is missing`,
      remedy: 'Give its Role this verb, as the chart does.',
    }
  })

const ok = (message: string): Omit<Finding, 'check'> => ({ level: 'ok', message, remedy: '' })

/** What the API server did not tell is no reason to call the rights lacking. */
const finding = async (
  check: Finding['check'],
  work: () => Promise<Omit<Finding, 'check'>>,
): Promise<Finding> => {
  try {
    return { check, ...(await work()) }
  } catch (cause) {
    const { code, message, remedy } = toScimPushError(cause)
    return { level: 'warning', check, message: `could not be found out: ${code}: ${message}`, remedy }
  }
}

const leases = { group: 'coordination.k8s.io', resource: 'leases' } as const
const configMaps = { group: '', resource: 'configmaps' } as const
const resources = { group: 'scim-push.io', resource: 'syncconfigs' } as const
const events = { group: 'events.k8s.io', resource: 'events' } as const

/** Those of the rights that the account has not, in words. */
const lackingOf = async (authority: Authority, rights: readonly Right[]): Promise<readonly string[]> => {
  const allowed = await Promise.all(rights.map((right) => authority.may(right)))
  return rights.filter((_, n) => allowed[n] === false).map(worded)
}

/** The same of an object that a push makes where it is not there: only then it needs the right to do so. */
const lackingOnOne = async (
  authority: Authority,
  kind: typeof leases | typeof configMaps,
  name: string,
  verbs: readonly Right['verb'][],
): Promise<readonly string[]> => {
  const lacking = await lackingOf(
    authority,
    verbs.map((verb) => ({ ...kind, verb, name })),
  )
  // Whoever may not get it can't tell whether it is there.
  if (lacking.includes(worded({ ...kind, verb: 'get', name }))) return lacking
  if (await authority.has(kind.resource, name)) return lacking
  return [...lacking, ...(await lackingOf(authority, [{ ...kind, verb: 'create' }]))]
}

/** `get leases.coordination.k8s.io NAME`, much as `kubectl auth can-i` takes it. */
const worded = ({ verb, group, resource, subresource, name }: Right): string => {
  const kind = [resource, ...(group === '' ? [] : [group])].join('.')
  const part = subresource === undefined ? kind : `${kind}/${subresource}`
  return [verb, part, ...(name === undefined ? [] : [name])].join(' ')
}

/** A right is worth some tries, but not the patience that a run has: several are asked for. */
const haste: RetryPolicy = { attempts: 3, baseMs: 200, capMs: 1000, totalMs: 5000 }

/** The API server, asked by SelfSubjectAccessReview, which every account may create. */
export const authorityOf = ({ namespace, core, custom, coordination, call }: Connection): Authority => ({
  async may({ verb, group, resource, subresource, name }) {
    const body = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { namespace, verb, group, resource, subresource, name } },
    }
    const place = { group: 'authorization.k8s.io', version: 'v1', plural: 'selfsubjectaccessreviews' }
    const review = await call(
      'selfsubjectaccessreviews',
      async (): Promise<unknown> => (await custom.createClusterCustomObject({ ...place, body })) as unknown,
      haste,
    )
    const status = isObject(review) ? review['status'] : undefined
    if (isObject(status) && typeof status['allowed'] === 'boolean') return status['allowed']
    throw new ScimPushError('KUBERNETES_REFUSED', {
      message: 'the API server did not say whether it is allowed',
      where: `${namespace}/${resource}`,
    })
  },
  async has(resource, name) {
    try {
      await call(
        `${resource}/${name}`,
        async () =>
          resource === 'leases'
            ? coordination.readNamespacedLease({ namespace, name })
            : core.readNamespacedConfigMap({ namespace, name }),
        haste,
      )
      return true
    } catch (error) {
      if (hasCode(error, 'KUBERNETES_NOT_FOUND')) return false
      throw error
    }
  },
})
