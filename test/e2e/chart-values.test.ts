import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHART, example, helm, renderChart } from './helm/helm.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'values-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** What helm says against values on top of those of an example; null where it takes them. */
const refusal = async (mode: string | null, values: object): Promise<string | null> => {
  const file = join(folder, 'values.json')
  await writeFile(file, JSON.stringify(values))
  try {
    await renderChart({ valuesFiles: [...(mode === null ? [] : [example(mode)]), file] })
    return null
  } catch (error) {
    return (error as { stderr: string }).stderr
  }
}

/** Helm 3.18 and its successors write `at '/image/tag':` where the others write `image.tag:`. */
const pathsIn = (message: string | null): string | undefined =>
  message?.replaceAll(/at '\/?([^']*)':/g, (_, path: string) => `${path.replaceAll('/', '.')}:`)

const spec = (value: object): object => ({ config: { spec: value } })
const secretSpec = (value: unknown): object => spec({ target: { token: value } })

describe('values that the schema refuses, each by its path', () => {
  test.each<[string, object, string]>([
    ['an unknown kind', { kind: 'DaemonSet' }, 'kind: '],
    ['an unknown value', { shcedule: '@daily' }, 'shcedule'],
    ['an unknown value within one', { image: { name: 'x' } }, 'image: '],
    ['a setting that is mistyped', spec({ target: { ulr: 'x' } }), 'config.spec.target: '],
    ['a URL that is a number', spec({ target: { url: 1 } }), 'config.spec.target.url: '],
    ['an unknown source', spec({ source: { type: 'okta' } }), 'config.spec.source.type: '],
    [
      'a limit that is none',
      spec({ policy: { maxRemovals: { users: '110%' } } }),
      'config.spec.policy.maxRemovals.users: ',
    ],
    ['a secret in the clear', secretSpec('abc'), 'config.spec.target.token: '],
    ['two ways to one secret', secretSpec({ env: 'A', file: 'b' }), 'config.spec.target.token: '],
    [
      'a key that leaves its folder',
      secretSpec({ secretKeyRef: { name: 'a', key: '..' } }),
      'config.spec.target.token.secretKeyRef.key: ',
    ],
    ['a Secret made of values', { secret: { token: 'abc' } }, 'secret: '],
    [
      'a mistake in another document',
      { configs: { a: { spec: { scope: { gruops: 'all' } } } } },
      'configs.a.spec.scope: ',
    ],
    ['a document whose name is none', { configs: { A_B: {} } }, 'configs: '],
    ['a carrier that there is not', { config: { carrier: 'Secret' } }, 'config.carrier: '],
    ['a schedule of four fields', { schedule: '* * * *' }, 'schedule: '],
    ['yes for true', { suspend: 'yes' }, 'suspend: '],
    ['a tag as a digest', { image: { digest: 'v1' } }, 'image.digest: '],
    ['no image', { image: { repository: '' } }, 'image.repository: '],
    ['a wait without a unit', { lock: { wait: '90' } }, 'lock.wait: '],
    ['a wait of several units', { lock: { wait: '1h30m' } }, 'lock.wait: '],
    ['a port out of range', { http: { port: 0 } }, 'http.port: '],
    ['a negative limit', { backoffLimit: -1 }, 'backoffLimit: '],
    ['no time to run in', { activeDeadlineSeconds: 0 }, 'activeDeadlineSeconds: '],
    ['a variable that is a number', { extraEnv: [{ name: 'A', value: 1 }] }, 'extraEnv.0.value: '],
    ['a name that is none', { fullnameOverride: 'Scim_Push' }, 'fullnameOverride: '],
    [
      'an alert with a field that is none',
      { metrics: { prometheusRule: { overrides: { A: { fro: '1h' } } } } },
      'metrics.prometheusRule.overrides.A: ',
    ],
    [
      'a Pushgateway without a scheme',
      { metrics: { pushgateway: { url: 'pushgateway:9091' } } },
      'metrics.pushgateway.url: ',
    ],
    ['a password in the clear', { metrics: { pushgateway: { password: 'abc' } } }, 'metrics.pushgateway: '],
    [
      'a mode of rendering that there is not',
      { metrics: { podMonitor: { renderMode: 'never' } } },
      'metrics.podMonitor.renderMode: ',
    ],
  ])('%s', async (_, values, path) => {
    expect(pathsIn(await refusal('google-cronjob', values))).toContain(path)
  })

  test('and takes what passes through to Kubernetes, and what Helm adds', async () => {
    expect(await refusal('everything', { global: { anything: true }, affinity: { anything: {} } })).toBeNull()
  })

  test('lint refuses them too', async () => {
    await expect(
      helm(['lint', CHART, `--values=${example('google-cronjob')}`, '--set=config.spec.target.ulr=x']),
    ).rejects.toThrow()
  })
})

const KEEPER = 'https://keepersecurity.com/api/rest/scim/v2/288797895950343'

describe('values that are missing, or do not go together', () => {
  test('the three that an install has to set are named, all at once, with what to set', async () => {
    const message = await refusal(null, {})
    expect(message).toMatch(
      /config\.spec\.source\.google\.adminEmail is missing: set it to the administrator/,
    )
    expect(message).toMatch(/config\.spec\.target\.url is missing: set it to the SCIM endpoint/)
    expect(message).toMatch(
      /secret\.existingSecret is missing: set it to the name of a Secret .* holds token \(key token\) and credentials \(key credentials\.json\)/,
    )
  })

  const activeDirectory = { source: { type: 'activeDirectory' }, target: { url: 'https://scim.example/' } }
  const target = { url: 'https://scim.example/', token: { env: 'TOKEN' } }
  const named = { name: 'same', spec: { source: { type: 'records', records: { file: 'a' } }, target } }

  test.each<[string, string | null, object, RegExp]>([
    [
      'no email',
      'google-cronjob',
      spec({ source: { google: { adminEmail: '' } } }),
      /^config\.spec\.source\.google\.adminEmail is missing/m,
    ],
    ['no target', 'google-cronjob', spec({ target: { url: '' } }), /^config\.spec\.target\.url is missing/m],
    [
      'no Secret',
      'google-cronjob',
      { secret: { existingSecret: '' } },
      /^secret\.existingSecret is missing/m,
    ],
    ['no controller', null, spec(activeDirectory), /^config\.spec\.source\.activeDirectory\.url is missing/m],
    ['no login', null, spec(activeDirectory), /^config\.spec\.source\.activeDirectory\.user is missing/m],
    [
      'no password',
      null,
      spec(activeDirectory),
      /^secret\.existingSecret is missing.*password \(key password\)/m,
    ],
    [
      'no file',
      'records',
      spec({ source: { records: { file: '' } } }),
      /^config\.spec\.source\.records\.file is missing/m,
    ],
    [
      'no source',
      'google-cronjob',
      { configs: { b: { spec: { target } } } },
      /^configs\.b\.spec\.source\.type is missing/m,
    ],
    [
      'no Secret of another document',
      'google-cronjob',
      {
        configs: {
          b: { spec: { source: { type: 'records', records: { file: 'a' } }, target: { url: 'https://b/' } } },
        },
      },
      /^configs\.b\.secret\.existingSecret is missing.*token/m,
    ],
    [
      'two documents of one name',
      'crd',
      { configs: { a: named, b: named } },
      /^configs\.b: a second ConfigMap\/same/m,
    ],
    [
      'two documents of one target',
      'google-cronjob',
      {
        configs: {
          b: { ...named, spec: { ...named.spec, target: { ...target, url: KEEPER.toUpperCase() + '/' } } },
        },
      },
      /^configs\.b: the same target as config; each would remove what the other pushed: put all SCIM groups of a target into one/m,
    ],
    [
      'two documents of one target, one of which exists',
      'google-cronjob',
      { configs: { b: { existing: 'mine', targetUrl: KEEPER } } },
      /^configs\.b: the same target as config;/m,
    ],
    [
      'two documents of one target, without the API',
      'no-api',
      { configs: { b: { ...named, spec: { ...named.spec, target: { ...target, url: KEEPER } } } } },
      /^configs\.b: the same target as config;/m,
    ],
    [
      'a target in the environment, whose lock is not that of the values',
      'google-cronjob',
      { extraEnv: [{ name: 'SCIM_PUSH_TARGET_URL', value: 'https://scim.example/' }] },
      /^extraEnv\.0: SCIM_PUSH_TARGET_URL .* the Lease and the Role are named after config\.spec\.target\.url: set it there/m,
    ],
    [
      'no target to lock',
      'google-cronjob',
      { config: { existing: 'mine' } },
      /^config\.targetUrl is missing/m,
    ],
    [
      'a SyncConfig without the API',
      'no-api',
      { config: { carrier: 'SyncConfig' } },
      /^config\.carrier: a SyncConfig is read through the Kubernetes API/m,
    ],
    [
      'a selector without the API',
      'selector',
      { kubernetesApi: { enabled: false } },
      /^selector asks the Kubernetes API/m,
    ],
    [
      'a selector and documents',
      'google-cronjob',
      { selector: 'a=b' },
      /^selector runs what is in the namespace already/m,
    ],
    ['nothing', null, { config: { enabled: false } }, /^there is nothing to run/m],
    [
      'two bundles',
      'google-cronjob',
      { caBundle: { configMap: 'a', secret: 'b' } },
      /^caBundle: set configMap or secret, not both/m,
    ],
    [
      'a scrape of what does not listen',
      'google-cronjob',
      { metrics: { podMonitor: { enabled: true } } },
      /^metrics\.podMonitor\.enabled: set metrics\.enabled/m,
    ],
    [
      'a token in the environment',
      'google-cronjob',
      { extraEnv: [{ name: 'SCIM_PUSH_TARGET_TOKEN', value: 'hidden' }] },
      /^extraEnv\.0\.value: SCIM_PUSH_TARGET_TOKEN is a secret/m,
    ],
    [
      'a password of a Pushgateway in the environment',
      'google-cronjob',
      { extraEnv: [{ name: 'SCIM_PUSH_PUSHGATEWAY_PASSWORD', value: 'hidden' }] },
      /^extraEnv\.0\.value: SCIM_PUSH_PUSHGATEWAY_PASSWORD is a secret/m,
    ],
    [
      'a Pushgateway for what is scraped',
      'deployment',
      { metrics: { pushgateway: { url: 'http://gw:9091' } } },
      /^metrics\.pushgateway\.url: a Deployment stays to be scraped/m,
    ],
    [
      'a Secret for no Pushgateway',
      'google-cronjob',
      { metrics: { pushgateway: { existingSecret: 'a' } } },
      /^metrics\.pushgateway\.url is missing/m,
    ],
    [
      'a user of a Pushgateway without a Secret',
      'google-cronjob',
      { metrics: { pushgateway: { url: 'https://gw', username: 'a' } } },
      /^metrics\.pushgateway\.existingSecret is missing.*\(key password\)/m,
    ],
    [
      'credentials of a Pushgateway in the clear',
      'google-cronjob',
      { metrics: { pushgateway: { url: 'http://gw:9091', existingSecret: 'a' } } },
      /^metrics\.pushgateway\.url: credentials would cross the network in the clear/m,
    ],
    [
      'credentials for a name that only begins as this machine’s',
      'google-cronjob',
      { metrics: { pushgateway: { url: 'http://127.0.0.1.example', existingSecret: 'a' } } },
      /^metrics\.pushgateway\.url: credentials/m,
    ],
    [
      'a kind that is missing',
      'deployment',
      { metrics: { podMonitor: { renderMode: 'failIfMissing' } } },
      /metrics\.podMonitor: this cluster has no PodMonitor/,
    ],
  ])('%s', async (_, mode, values, message) => {
    const said = await refusal(mode, values)
    expect(said).toMatch(message)
    expect(said).not.toContain('hidden')
  })

  test.each(['http://localhost:9091', 'http://127.0.0.1/push', 'http://[::1]:9091', 'https://gw'])(
    'credentials may go to a Pushgateway at %s',
    async (url) => {
      const metrics = { pushgateway: { url, existingSecret: 'a' } }
      expect(await refusal('google-cronjob', { metrics })).toBeNull()
    },
  )

  test('what an existing document needs is not asked for', async () => {
    const existing = { config: { existing: 'mine', targetUrl: 'https://scim.example/v2' } }
    expect(await refusal(null, existing)).toBeNull()
  })

  test.each(['no-api', 'selector'])(
    'where no Lease is named after a target, the environment may have it: %s',
    async (mode) => {
      const extraEnv = [{ name: 'SCIM_PUSH_TARGET_URL', value: 'https://scim.example/' }]
      expect(await refusal(mode, { extraEnv })).toBeNull()
    },
  )

  test.each(['', '90s', '3m', '1h'])('a lock is waited for as long as "%s"', async (wait) => {
    expect(await refusal('google-cronjob', { lock: { wait } })).toBeNull()
  })

  test('null takes a limit away', async () => {
    const none = { activeDeadlineSeconds: null, startingDeadlineSeconds: null, podFailurePolicy: null }
    expect(await refusal('google-cronjob', none)).toBeNull()
  })
})
