import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll } from 'vitest'
import { stringify } from 'yaml'
import { summaryOfDocument } from '../../src/config/document-summary.ts'
import { leaves } from '../../src/config/leaves.ts'
import { loadConfig } from '../../src/config/load.ts'
import { fuzz } from '../fixtures/fuzz/fuzz.ts'
import { hostileText, hugeText } from '../fixtures/fuzz/hostile.ts'
import { damagedText, hostileJsonText, mutatedJson } from '../fixtures/fuzz/mutate.ts'
import { endedLater } from '../fixtures/fuzz/outcome.ts'

const SECRET = 't0p-secret'
const document = {
  apiVersion: 'scim-push.io/v1alpha1',
  kind: 'SyncConfig',
  metadata: { name: 'corp', labels: { a: 'b' } },
  spec: {
    suspend: false,
    dryRun: true,
    source: {
      type: 'google',
      google: { adminEmail: 'admin@corp.example', credentials: { env: 'KEY' }, customer: 'my_customer' },
      activeDirectory: {
        url: ['ldaps://dc1.corp.example'],
        user: 'CORP\\svc',
        password: { file: '/nowhere' },
      },
      records: { file: 'people.json' },
    },
    scope: {
      scimGroups: ['Keeper Users', 'CN=a,DC=b'],
      groups: 'selected',
      exclude: { users: ['x*'], groups: [] },
    },
    target: { url: 'https://scim.example/v2', token: { env: 'TOKEN' }, profile: 'auto', maxConcurrency: 16 },
    policy: {
      users: { create: true, remove: 'deactivate' },
      unmanaged: 'keep',
      protected: ['boss@corp.example'],
      maxRemovals: { users: '10%', groups: 3, floor: 5 },
    },
  },
}
const variables = { KEY: SECRET, TOKEN: SECRET }

const load = async (input: Partial<Parameters<typeof loadConfig>[0]>): Promise<void> => {
  const warnings: string[] = []
  const end = await endedLater(() =>
    loadConfig({ env: variables, uid: null, warn: (message) => warnings.push(message), ...input }),
  )
  const said = end.kind === 'error' ? [end.error.message, end.error.where ?? '', ...warnings] : warnings
  if (end.kind === 'error' && end.error.failure !== 'config') throw end.error
  if (said.some((text) => text.includes(SECRET))) throw new Error('a secret was printed')
}

/** What nests too deeply for the writer of YAML stays JSON, which is YAML as well. */
const yamlOf = (json: string): string => {
  try {
    return stringify(JSON.parse(json), { aliasDuplicateObjects: true })
  } catch {
    return json
  }
}
const yaml = mutatedJson(document, { min: 0 }).map(yamlOf)
const bombs = fc.constantFrom(
  ...[9, 50].map((n) => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `l${level + 1}: &l${level + 1} [${Array(n).fill(`*l${level}`).join(',')}]`,
    )
    return `l0: &l0 [x]\n${levels.join('\n')}\n`
  }),
  'a: &a [*a]\n',
  'a: &a {b: *a}\n',
  '<<: *x\n',
  `${'['.repeat(5000)}${']'.repeat(5000)}`,
  '{a: '.repeat(3000),
  '- '.repeat(5000),
  '? '.repeat(3000),
  '&a '.repeat(3000),
  '!!binary |\n  AAAA\n',
  '!!js/function "x"\n',
  '%YAML 9.9\n---\na: 1\n',
  '\tapiVersion: x\n',
  'a: 1\n---\nb: 2\n',
  '\u0000',
  'a: |\n  x\n'.repeat(500),
)
const text = fc.oneof(
  { weight: 5, arbitrary: yaml },
  { weight: 3, arbitrary: damagedText(yaml) },
  { weight: 3, arbitrary: hostileJsonText(document) },
  { weight: 1, arbitrary: yaml.map((one) => `\ufeff${one.replaceAll('\n', '\r\n')}`) },
  { weight: 1, arbitrary: bombs },
)

fuzz('a document', 2500, text, async (one) => {
  await load({ document: { text: one, origin: 'configmap/corp' } })
  summaryOfDocument(one, 'configmap/corp')
})

const directory = mkdtempSync(join(tmpdir(), 'scim-push-fuzz-'))
afterAll(() => rmSync(directory, { recursive: true }))
const file = join(directory, 'config.yaml')
const bytes: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  { weight: 1, arbitrary: yaml },
  { weight: 1, arbitrary: yaml.map((one) => Buffer.from(one, 'utf16le')) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(yaml, fc.uint8Array({ maxLength: 5 }))
      .map(([one, more]) => Buffer.concat([Buffer.from(one), more])),
  },
)
fuzz('a file', 500, bytes, async (content) => {
  writeFileSync(file, content)
  await load({ file })
})

const setting = fc.constantFrom(
  ...leaves.flatMap(({ env, fileEnv }) => (fileEnv === null ? [env] : [env, fileEnv])),
)
const value = fc.oneof(
  { weight: 20, arbitrary: hostileText },
  { weight: 5, arbitrary: mutatedJson(['a', 'b']) },
  {
    weight: 5,
    arbitrary: fc.constantFrom('true', '5', '10%', 'CN=a,DC=b', 'a,b', 'a\nb', 'google', 'https://x.example'),
  },
)
const entry = fc.tuple(
  fc.oneof(
    { weight: 10, arbitrary: setting },
    { weight: 1, arbitrary: hostileText.map((name) => `SCIM_PUSH_${name}`) },
  ),
  value,
)
fuzz('the environment', 4000, fc.array(entry, { maxLength: 4 }), (entries) => {
  // No program can be started with a NUL in its environment.
  const env = Object.fromEntries(entries.filter(([, one]) => !one.includes('\0')))
  return load({ env: { ...variables, ...env } })
})

const path = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.constantFrom(
      ...leaves.flatMap((leaf) => [leaf.path, `spec.${leaf.path}`, `${leaf.path}.file`, `${leaf.path}.env`]),
    ),
  },
  { weight: 1, arbitrary: hostileText },
)
fuzz('--set', 4000, fc.array(fc.tuple(path, value), { maxLength: 3 }), (flags) =>
  load({ flags: { set: flags.map(([name, one]) => `${name}=${one}`) } }),
)

const secretFile = join(directory, 'token')
const secretBytes: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 50 }),
  hostileText,
  hostileText.map((one) => `${SECRET}${one}`),
)
fuzz('a secret’s file', 1000, secretBytes, async (content) => {
  writeFileSync(secretFile, content)
  await load({ env: { SCIM_PUSH_TARGET_TOKEN_FILE: secretFile, SCIM_PUSH_SOURCE_TYPE: 'records' } })
})

fuzz('something huge', 12, fc.tuple(hugeText, fc.nat({ max: 3 })), async ([huge, where]) => {
  const spec = {
    target: { url: `https://a.example/${huge}` },
    scope: { scimGroups: [huge], exclude: { users: [huge] } },
    [huge]: 1,
  }
  if (where === 0) await load({ document: { text: huge, origin: 'x' } })
  else if (where === 1)
    await load({ document: { text: JSON.stringify({ ...document, spec }).slice(0, 2 ** 20), origin: 'x' } })
  else if (where === 2)
    await load({ env: { SCIM_PUSH_TARGET_URL: `https://a.example/${huge.slice(0, 2 ** 17)}a` } })
  else
    await load({
      flags: { set: [`target.url=https://a.example/${huge.slice(0, 2 ** 17)}a`, `scope.scimGroups=${huge}`] },
    })
})
