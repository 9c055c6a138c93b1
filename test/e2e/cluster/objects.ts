import {
  CoordinationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  EventsV1Api,
  RbacAuthorizationV1Api,
  type KubeConfig,
  type V1PolicyRule,
} from '@kubernetes/client-node'

export const resources = { group: 'scim-push.io', version: 'v1alpha1', plural: 'syncconfigs' } as const

interface Condition {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message: string
  readonly lastTransitionTime: string
  readonly observedGeneration?: number
}

/** A status as somebody who looks reads it. */
export interface SeenStatus {
  readonly observedGeneration?: number
  readonly observedSha256?: string
  readonly lastRunTime: string
  readonly lastSuccessTime?: string
  readonly lastRunID: string
  readonly result: string
  readonly exitCode: number
  readonly planHash?: string | null
  readonly counts: Readonly<Record<string, number>>
  readonly conditions: readonly Condition[]
}

/** Short ways to what a test puts into a namespace, and looks at there. */
export const objectsIn = (config: KubeConfig, namespace: string) => {
  const core = config.makeApiClient(CoreV1Api)
  const custom = config.makeApiClient(CustomObjectsApi)
  const events = config.makeApiClient(EventsV1Api)
  const leases = config.makeApiClient(CoordinationV1Api)
  const rbac = config.makeApiClient(RbacAuthorizationV1Api)
  return {
    core,
    custom,
    leases,
    createNamespace: () => core.createNamespace({ body: { metadata: { name: namespace } } }),
    createConfigMap: (name: string, document: object, labels: Record<string, string> = {}) =>
      core.createNamespacedConfigMap({
        namespace,
        body: { metadata: { name, labels }, data: { 'syncconfig.yaml': JSON.stringify(document) } },
      }),
    createResource: (body: object) => custom.createNamespacedCustomObject({ ...resources, namespace, body }),
    createSecret: (name: string, stringData: Record<string, string>) =>
      core.createNamespacedSecret({ namespace, body: { metadata: { name }, stringData } }),
    resourceStatus: async (name: string): Promise<SeenStatus> =>
      ((await custom.getNamespacedCustomObject({ ...resources, namespace, name })) as { status: SeenStatus })
        .status,
    mapStatus: async (name: string): Promise<SeenStatus> =>
      JSON.parse(
        (await core.readNamespacedConfigMap({ namespace, name: `${name}-status` })).data?.['status.json'] ??
          '',
      ) as SeenStatus,
    /** Reasons of the events about an object, in their order. */
    eventsOf: async (name: string): Promise<readonly string[]> =>
      (await events.listNamespacedEvent({ namespace })).items
        .filter(({ regarding }) => regarding?.name === name)
        .sort((a, b) => String(a.eventTime).localeCompare(String(b.eventTime)))
        .map(({ reason, type }) => `${type ?? ''} ${reason ?? ''}`),
    events,
    /** Gives a user these rights in the namespace, and no others. */
    allow: async (user: string, rules: V1PolicyRule[]): Promise<void> => {
      const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: user }
      const subjects = [{ kind: 'User', name: user }]
      await rbac.createNamespacedRole({ namespace, body: { metadata: { name: user }, rules } })
      await rbac.createNamespacedRoleBinding({
        namespace,
        body: { metadata: { name: user }, roleRef, subjects },
      })
    },
  }
}

/** `Ready: True/Converged` … of a status. */
export const conditionsIn = ({ conditions }: SeenStatus): Readonly<Record<string, string>> =>
  Object.fromEntries(conditions.map(({ type, status, reason }) => [type, `${status}/${reason}`]))
