import { expect, test } from 'vitest'
import { example, renderChart } from './helm/helm.ts'
import { objectOf } from './helm/pods.ts'

interface Rule {
  readonly ports: readonly { readonly port: number }[]
  readonly to?: unknown
}

const policyOf = async (mode: string, set: readonly string[] = []) =>
  objectOf(
    await renderChart({ valuesFiles: [example(mode)], set: ['networkPolicy.enabled=true', ...set] }),
    'NetworkPolicy',
  )['spec'] as { egress: readonly Rule[]; ingress?: readonly Rule[]; policyTypes: readonly string[] }

const ports = (rules: readonly Rule[] | undefined): readonly (readonly number[])[] | undefined =>
  rules?.map((rule) => rule.ports.map(({ port }) => port))

const dns = [53, 53]
const api = [443, 6443]
const activeDirectory = 'config.spec.source.activeDirectory.url'

test.each<[string, string, readonly string[], readonly (readonly number[])[]]>([
  ['Google', 'google-cronjob', [], [dns, api, [443], [443]]],
  [
    'a proxy for Google',
    'google-cronjob',
    ['config.spec.source.google.rootUrl=http://proxy.example/'],
    [dns, api, [80, 443], [443]],
  ],
  [
    'a target with a port',
    'google-cronjob',
    ['config.spec.target.url=https://scim.example:8443/v2'],
    [dns, api, [443], [8443]],
  ],
  ['a domain controller with StartTLS', 'active-directory', [], [dns, api, [389], [443]]],
  ['a bare host', 'active-directory', [`${activeDirectory}=dc1.corp.example`], [dns, api, [636], [443]]],
  [
    'a bare host with a port',
    'active-directory',
    [`${activeDirectory}=dc1.corp.example:3269`],
    [dns, api, [3269], [443]],
  ],
  [
    'two domain controllers',
    'active-directory',
    [`${activeDirectory}={ldaps://[::1],LDAP://dc2:3268/x}`],
    [dns, api, [636, 3268], [443]],
  ],
  ['a file', 'records', [], [dns, api, [443]]],
  ['no API server', 'no-api', [], [dns, [443], [443]]],
  ['what is not known', 'selector', [], [dns, api, [443, 389, 636, 3268, 3269], [443]]],
  ['a Pushgateway', 'pushgateway', [], [dns, api, [443], [443], [443]]],
  [
    'a Pushgateway in the cluster',
    'pushgateway',
    ['metrics.pushgateway.url=http://gw.monitoring:9091/push', 'metrics.pushgateway.existingSecret='],
    [dns, api, [443], [443], [9091]],
  ],
  ['several documents, one unknown', 'many', [], [dns, api, [443, 389, 636, 3268, 3269], [443]]],
])('%s: these ports and no others', async (_, mode, set, egress) => {
  const policy = await policyOf(mode, set)
  expect(ports(policy.egress)).toEqual(egress)
  expect(policy.policyTypes).toEqual(['Ingress', 'Egress'])
  expect(policy.ingress).toBeUndefined()
})

test('on OpenShift the pods that answer DNS listen on a port of their own', async () => {
  const { egress } = await policyOf('google-cronjob', ['openshift=true'])
  expect(egress[0]!.ports).toEqual([
    { protocol: 'UDP', port: 53 },
    { protocol: 'TCP', port: 53 },
    { protocol: 'UDP', port: 5353 },
    { protocol: 'TCP', port: 5353 },
  ])
})

test('who listens may be called, on its port', async () => {
  expect(ports((await policyOf('deployment')).ingress)).toEqual([[8080]])
  expect(ports((await policyOf('google-cronjob', ['metrics.enabled=true', 'http.port=9'])).ingress)).toEqual([
    [9],
  ])
})

test('peers limit each of them, and more rules come on top', async () => {
  const { egress, ingress } = await policyOf('everything')
  expect(ports(egress)).toEqual([[...dns, 5353, 5353], [6443], [443], [443, 8443], [9443], [3128]])
  expect(egress.every(({ to }) => to !== undefined)).toBe(true)
  expect(ingress).toMatchObject([{ from: [{ namespaceSelector: {} }] }])
})
