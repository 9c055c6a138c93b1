import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { example, renderChart } from './helm/helm.ts'

// What the chart makes, and allows, where leavers wait and somebody has to remember since when.

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chart-memory-'))
})
afterAll(() => rm(folder, { recursive: true }))

interface Rule {
  readonly resources: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly verbs: readonly string[]
}

/** The memories that are made beforehand, and those that may be written. */
const memoriesOf = async (mode: string, values: object) => {
  const file = join(folder, 'values.json')
  await writeFile(file, JSON.stringify(values))
  const objects = await renderChart({ valuesFiles: [example(mode), file] })
  const names = objects.filter(({ kind }) => kind === 'ConfigMap').map(({ metadata }) => metadata.name)
  const role = objects.find(({ kind }) => kind === 'Role') as { readonly rules: readonly Rule[] } | undefined
  return {
    made: names.filter((name) => name.endsWith('-memory')).sort(),
    written: (role?.rules ?? [])
      .filter(({ resources, verbs }) => resources.includes('configmaps') && verbs.join() === 'get,patch')
      .flatMap(({ resourceNames = [] }) => resourceNames),
  }
}

const steps = (...days: readonly number[]) => ({
  after: days.map((day, n) => ({ days: day, do: n === days.length - 1 ? 'delete' : 'deactivate' })),
})
const removing = (remove: unknown, more: object = {}) => ({ policy: { users: { remove } }, ...more })
const documents = ['scim-scim-push-status']
const memory = ['scim-scim-push-memory']

test.each<[string, string, object, readonly string[], readonly string[]]>([
  ['nobody waits', 'google-cronjob', {}, [], documents],
  ['a word', 'google-cronjob', { config: { spec: removing('delete') } }, [], documents],
  ['steps without a day', 'google-cronjob', { config: { spec: removing(steps(0)) } }, [], documents],
  [
    'steps that wait',
    'google-cronjob',
    { config: { spec: removing(steps(0, 30)) } },
    memory,
    [...memory, ...documents],
  ],
  [
    'a file',
    'google-cronjob',
    { config: { spec: removing(steps(0, 30), { memory: { file: '/m' } }) } },
    [],
    documents,
  ],
  ['a custom resource', 'syncconfig', { config: { spec: removing(steps(7)) } }, memory, memory],
  [
    'a variable in place of the document',
    'google-cronjob',
    { extraEnv: [{ name: 'SCIM_PUSH_POLICY_USERS_REMOVE', value: '{}' }] },
    memory,
    [...memory, ...documents],
  ],
  [
    'a document that is there already, which says who knows what',
    'google-cronjob',
    { config: { existing: 'corp', targetUrl: 'https://scim.example/v2' } },
    ['corp-memory'],
    ['corp-memory', 'corp-status'],
  ],
])('%s', async (_, mode, values, made, written) => {
  expect(await memoriesOf(mode, values)).toEqual({ made, written })
})

test('without the Kubernetes API a file is needed', async () => {
  await expect(memoriesOf('no-api', { config: { spec: removing(steps(0, 30)) } })).rejects.toMatchObject({
    stderr: expect.stringContaining(
      'config.spec.memory.file is missing: policy.users.remove waits',
    ) as string,
  })
  const spec = removing(steps(0, 30), { memory: { file: '/var/lib/scim-push/memory.json' } })
  expect(await memoriesOf('no-api', { config: { spec } })).toEqual({ made: [], written: [] })
})

test('steps that are none are refused', async () => {
  await expect(
    memoriesOf('google-cronjob', { config: { spec: removing({ after: [{ days: 'x', do: 'delete' }] }) } }),
  ).rejects.toMatchObject({ stderr: expect.stringContaining('policy') as string })
})
