import { readFile } from 'node:fs/promises'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { API_VERSION, documentSchema, KIND } from '../../src/config/json-schema.ts'
import { CHART, example, helm, modes, renderChart, type KubernetesObject } from './helm/helm.ts'
import { nameOf, objectOf, podTemplates } from './helm/pods.ts'

const monitoring = ['monitoring.coreos.com/v1/PodMonitor', 'monitoring.coreos.com/v1/PrometheusRule']
const render = (mode: string, set: readonly string[] = [], release?: string) =>
  renderChart({
    valuesFiles: [example(mode)],
    set,
    apiVersions: monitoring,
    ...(release === undefined ? {} : { release }),
  })

/** The arguments of the one container that runs. */
const argsOf = (objects: readonly KubernetesObject[]): readonly string[] =>
  podTemplates(objects.filter(({ kind }) => kind !== 'Pod'))[0]?.spec?.containers[0]?.args ?? []

describe.each(modes)('the example %s', (mode) => {
  test('passes lint', async () => {
    await helm(['lint', '--strict', CHART, '--values', example(mode)])
  })

  test('is rendered the same each time, every object named once and labelled', async () => {
    const objects = await render(mode)
    expect(await render(mode)).toEqual(objects)
    const names = objects.map(nameOf)
    expect(new Set(names).size).toBe(names.length)
    for (const { kind, metadata } of objects) {
      if (/-extra$|^people$/.test(metadata.name)) continue // extraObjects are the user's own
      expect(metadata.labels, kind).toMatchObject({
        'app.kubernetes.io/managed-by': 'Helm',
        'app.kubernetes.io/instance': 'scim',
      })
    }
  })

  test('has pods that ask for nothing', async () => {
    for (const { spec } of podTemplates(await render(mode))) {
      const [container] = spec!.containers
      expect(spec).toMatchObject({
        enableServiceLinks: false,
        automountServiceAccountToken: mode !== 'no-api',
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      })
      expect(container!.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
      expect(container!.terminationMessagePolicy).toBe('FallbackToLogsOnError')
      const volumes = spec!.volumes ?? []
      const mounts = container!.volumeMounts ?? []
      expect(mounts.map(({ name }) => name)).toEqual(volumes.map(({ name }) => name))
      expect(mounts.filter((mount) => 'subPath' in mount)).toEqual([])
      for (const { secret } of volumes) if (secret) expect(secret.defaultMode).toBe(0o440)
    }
  })

  test('has documents that the program takes', async () => {
    const takes = new Ajv2020({ allowUnionTypes: true }).compile(documentSchema())
    for (const { kind, data, spec } of await render(mode)) {
      const carried = (data as Record<string, string> | undefined)?.['syncconfig.yaml']
      if (carried !== undefined) expect(takes(parse(carried)), JSON.stringify(takes.errors)).toBe(true)
      const document = { apiVersion: API_VERSION, kind: KIND, metadata: { name: 'a' }, spec }
      if (kind === KIND) expect(takes(document), JSON.stringify(takes.errors)).toBe(true)
    }
  })

  test('gives rights to named objects only, and none in the cluster', async () => {
    const objects = await render(mode)
    expect(objects.filter(({ kind }) => kind.startsWith('ClusterRole'))).toEqual([])
    if (mode === 'selector') return
    for (const role of objects.filter(({ kind }) => kind === 'Role')) {
      const rules = role['rules'] as { resources: string[]; verbs: string[]; resourceNames?: string[] }[]
      const unnamed = rules.filter(({ resourceNames }) => resourceNames === undefined)
      expect(unnamed).toEqual([{ apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create'] }])
    }
  })
})

test('what a selector finds may be listed, and read again before its status is written', async () => {
  const rules = objectOf(await render('selector'), 'Role')['rules']
  expect(rules).toContainEqual({
    apiGroups: ['scim-push.io'],
    resources: ['syncconfigs'],
    verbs: ['list', 'get'],
  })
})

describe('the document', () => {
  const documentOf = (objects: readonly KubernetesObject[]): unknown =>
    parse((objectOf(objects, 'ConfigMap')['data'] as Record<string, string>)['syncconfig.yaml']!)

  test('has the references to the Secret that the values leave out', async () => {
    expect(documentOf(await render('google-cronjob'))).toEqual({
      apiVersion: 'scim-push.io/v1alpha1',
      kind: 'SyncConfig',
      metadata: { name: 'scim-scim-push' },
      spec: {
        source: {
          type: 'google',
          google: {
            adminEmail: 'admin@corp.example',
            credentials: { secretKeyRef: { name: 'scim-push', key: 'credentials.json' } },
          },
        },
        target: {
          url: 'https://keepersecurity.com/api/rest/scim/v2/288797895950343',
          token: { secretKeyRef: { name: 'scim-push', key: 'token' } },
        },
      },
    })
  })

  test('keeps the references that it has, large numbers, and nothing of a source that is not its', async () => {
    expect(documentOf(await render('records'))).toMatchObject({
      metadata: { name: 'people-to-scim' },
      spec: {
        source: { type: 'records', records: { file: '/data/people.json' } },
        target: { token: { secretKeyRef: { name: 'scim-endpoint', key: 'bearer' } } },
        policy: { maxRemovals: { users: '10%', floor: 1_000_000 } },
      },
    })
    const { spec } = documentOf(await render('active-directory')) as { spec: { source: object } }
    expect(Object.keys(spec.source)).toEqual(['activeDirectory', 'type'])
  })

  test('every Secret that any document refers to is mounted once, where the program looks for it', async () => {
    const [template] = podTemplates(await render('many'))
    expect(template!.spec!.volumes!.flatMap(({ secret }) => secret?.secretName ?? [])).toEqual([
      'ad',
      'by-hand',
      'keeper',
    ])
    expect(template!.spec!.containers[0]!.volumeMounts!.map(({ mountPath }) => mountPath)).toContain(
      '/var/run/secrets/scim-push/keeper',
    )
    const [pushing] = podTemplates(await render('pushgateway'))
    expect(pushing!.spec!.volumes!.flatMap(({ secret }) => secret?.secretName ?? [])).toEqual([
      'pushgateway',
      'scim-push',
    ])
  })
})

describe('what runs', () => {
  // A report in text would stand between the log's lines of JSON.
  const jsonLog = ['--log-format', 'json', '--output', 'none']
  const waits = ['--lock-wait', '3m']
  test.each<[string, string, readonly string[]]>([
    ['google-cronjob', 'CronJob', ['push', '--config', 'configmap/scim-scim-push', ...jsonLog, ...waits]],
    ['syncconfig', 'CronJob', ['push', '--config', 'syncconfig/scim-scim-push', ...jsonLog, ...waits]],
    [
      'many',
      'CronJob',
      [
        'push',
        ...['written-by-hand', 'scim-scim-push-keeper', 'scim-scim-push-subsidiary'].flatMap((name) => [
          '--config',
          `configmap/${name}`,
        ]),
        ...jsonLog,
        ...waits,
      ],
    ],
    [
      'pushgateway',
      'CronJob',
      [
        ...['push', '--config', 'configmap/scim-scim-push', ...jsonLog, ...waits],
        ...['--pushgateway', 'https://pushgateway.corp.example', '--pushgateway-job', 'scim-scim-push'],
        ...['--namespace', 'default'],
        ...['--pushgateway-token-file', '/var/run/secrets/scim-push/pushgateway/token'],
      ],
    ],
    ['selector', 'CronJob', ['push', '--selector', 'team=identity', ...jsonLog, ...waits]],
    [
      'no-api',
      'CronJob',
      ['push', '--config', '/etc/scim-push/scim-scim-push/syncconfig.yaml', ...jsonLog, '--lock', 'none'],
    ],
    [
      'deployment',
      'Deployment',
      [
        'serve',
        '--config',
        'configmap/scim-scim-push',
        ...jsonLog,
        ...waits,
        '--schedule',
        '*/15 * * * *',
        '--jitter',
        '1m',
        '--listen',
        '0.0.0.0:8080',
        '--listen-token-file',
        '/var/run/secrets/scim-push/scim-push-readers/token',
      ],
    ],
    ['job', 'Job', ['push', '--config', 'configmap/scim-scim-push', ...jsonLog, ...waits]],
  ])('%s: a %s', async (mode, kind, args) => {
    const objects = await render(mode)
    objectOf(objects, kind)
    expect(argsOf(objects)).toEqual(args)
  })

  test('a log in text has the report beside it; check always prints what it found', async () => {
    const objects = await render('google-cronjob', ['log.format=text'])
    expect(argsOf(objects)).not.toContain('--output')
    const [check] = (await render('google-cronjob')).filter(({ kind }) => kind === 'Pod')
    const { containers } = check!['spec'] as { containers: { args: string[] }[] }
    expect(containers[0]!.args).not.toContain('--output')
  })

  test('waits for a held lock as long as it is told, or not at all; check takes no lock', async () => {
    expect(argsOf(await render('google-cronjob', ['lock.wait=90s'])).slice(-2)).toEqual([
      '--lock-wait',
      '90s',
    ])
    expect(argsOf(await render('google-cronjob', ['lock.wait=']))).not.toContain('--lock-wait')
    const check = (await render('google-cronjob')).filter(({ kind }) => kind === 'Pod')
    expect(podTemplates(check)[0]!.spec!.containers[0]!.args).not.toContain('--lock-wait')
  })

  test('a Pushgateway with a user name gets the password from its Secret; check does not push', async () => {
    const objects = await render('everything')
    const args = argsOf(objects)
    const at = args.indexOf('--pushgateway')
    expect(args.slice(at, args.indexOf('--dry-run'))).toEqual([
      ...['--pushgateway', 'https://gateway.corp.example:9443/push', '--pushgateway-job', 'identity'],
      ...['--namespace', 'default', '--pushgateway-username', 'scim-push'],
      ...['--pushgateway-password-file', '/var/run/secrets/scim-push/gateway/pw'],
    ])
    const check = podTemplates(objects.filter(({ kind }) => kind === 'Pod'))
    expect(check[0]!.spec!.containers[0]!.args).not.toContain('--pushgateway')
    const open = argsOf(await render('pushgateway', ['metrics.pushgateway.existingSecret=']))
    expect(open.slice(-2)).toEqual(['--namespace', 'default'])
  })

  test('a Job that is to go at once goes at once: 0 is not nothing', async () => {
    expect(objectOf(await render('job'), 'Job')['spec']).toMatchObject({ ttlSecondsAfterFinished: 0 })
    const cronJob = JSON.stringify(objectOf(await render('google-cronjob'), 'CronJob'))
    expect(cronJob).not.toContain('ttlSecondsAfterFinished')
  })

  test('a change of the document restarts a Deployment', async () => {
    const checksum = async (set: readonly string[]): Promise<unknown> =>
      podTemplates(await render('deployment', set))[0]!.metadata!.annotations!['checksum/config']
    expect(await checksum([])).toBe(await checksum([]))
    expect(await checksum([])).not.toBe(await checksum(['config.spec.dryRun=true']))
  })

  test('without the API there is no token, no Role, no Lease and no status', async () => {
    const kinds = (await render('no-api')).map(nameOf)
    expect(kinds).toEqual([
      'NetworkPolicy/scim-scim-push',
      'ServiceAccount/scim-scim-push',
      'ConfigMap/scim-scim-push',
      'CronJob/scim-scim-push',
      'Pod/scim-scim-push-check',
    ])
  })

  test('the CustomResourceDefinition alone', async () => {
    expect((await render('crd')).map(nameOf)).toEqual(['CustomResourceDefinition/syncconfigs.scim-push.io'])
  })

  test.each([
    ['auto', undefined, 65532],
    ['auto', 'security.openshift.io/v1', undefined],
    ['true', undefined, undefined],
    ['false', 'security.openshift.io/v1', 65532],
  ])('OpenShift %s, where the cluster has %s: user %s', async (openshift, api, user) => {
    const objects = await renderChart({
      valuesFiles: [example('google-cronjob')],
      set: [`openshift=${openshift}`],
      apiVersions: api === undefined ? [] : [api],
    })
    expect(podTemplates(objects)[0]!.spec!.securityContext!.runAsUser).toBe(user)
  })
})

test('the chart is of the version that the program is', async () => {
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string }
  expect(parse(await readFile(`${CHART}/Chart.yaml`, 'utf8'))).toMatchObject({ appVersion: version })
})
