import { describe, expect, test } from 'vitest'
import { documentOf, load, problemsOf } from '../../test/fixtures/config.ts'

describe('what the schema says about a document', () => {
  const head = 'apiVersion: scim-push.io/v1alpha1\nkind: SyncConfig\n'
  test.each<[string, string, string | RegExp]>([
    ['no mapping', '- a', 'the document (c.yaml:1) must be a mapping of keys to values, and is a list'],
    ['a scalar', 'a', 'the document (c.yaml:1) must be a mapping of keys to values'],
    [
      'another version',
      'apiVersion: v1\nkind: SyncConfig\nmetadata: {name: a}\nspec: {}',
      'apiVersion (c.yaml:1) must be scim-push.io/v1alpha1',
    ],
    [
      'another kind',
      'apiVersion: scim-push.io/v1alpha1\nkind: ConfigMap\nmetadata: {name: a}\nspec: {}',
      'kind (c.yaml:2) must be SyncConfig',
    ],
    ['no spec', `${head}metadata: {name: a}`, /^spec \(c\.yaml:1\) is missing$/],
    ['no name', `${head}metadata: {}\nspec: {}`, 'metadata.name (c.yaml:3) is missing'],
    [
      'a name with capitals',
      `${head}metadata: {name: Corp}\nspec: {}`,
      /^metadata\.name \(c\.yaml:3\) must be made of lower-case/,
    ],
    ['a name that is a number', `${head}metadata: {name: 7}\nspec: {}`, /metadata\.name .*put it in quotes/],
    ['a name too long', `${head}metadata: {name: ${'a'.repeat(254)}}\nspec: {}`, /253 characters/],
    [
      'a misspelt metadata key',
      `${head}metadata: {name: a, lables: {}}\nspec: {}`,
      /metadata\.lables .*did you mean metadata\.labels/,
    ],
    [
      'a status',
      `${head}metadata: {name: a}\nspec: {}\nstatus: {}`,
      /^status \(c\.yaml:5\) is written by scim-push/,
    ],
    [
      'an empty spec',
      `${head}metadata: {name: a}\nspec:`,
      /^spec \(c\.yaml:4\) has no value; it must be a mapping/,
    ],
  ])('%s', async (_, text, message) => {
    const problems = await problemsOf({ document: { text, origin: 'c.yaml' } })
    if (typeof message === 'string') expect(problems).toContain(message)
    else expect(problems.join('\n')).toMatch(message)
  })

  test('an object as Kubernetes exports it is a document', async () => {
    const metadata =
      'metadata: {name: a.b-c, namespace: x, labels: {a: b}, uid: 1-2, generation: 3, resourceVersion: "5", creationTimestamp: "2026-01-01T00:00:00Z", managedFields: [{}]}'
    const { config } = await load({ document: { text: `${head}${metadata}\nspec: {}`, origin: 'c.yaml' } })
    expect(config?.name).toBe('a.b-c')
  })

  test.each<[string, string, string]>([
    [
      'an unknown key, near a known one',
      'target: {ulr: x}',
      'spec.target.ulr (c.yaml:5) is no setting; did you mean spec.target.url?',
    ],
    [
      'a key in the wrong section',
      'adminEmail: x',
      'spec.adminEmail (c.yaml:5) is no setting; did you mean spec.source.google.adminEmail?',
    ],
    [
      'an unknown key',
      'policy: {frobnicate: x}',
      'spec.policy.frobnicate (c.yaml:5) is no setting; known here are users, groups, unmanaged, protected, maxRemovals, approvedPlan',
    ],
    [
      'a merge key, which is YAML 1.1',
      'policy: {<<: {a: 1}}',
      'spec.policy."<<" (c.yaml:5) is no setting; known here are users, groups, unmanaged, protected, maxRemovals, approvedPlan',
    ],
    [
      'a name of Object.prototype',
      'policy: {constructor: x}',
      'spec.policy.constructor (c.yaml:5) is no setting; known here are users, groups, unmanaged, protected, maxRemovals, approvedPlan',
    ],
    [
      'the prototype',
      '__proto__: {suspend: true}',
      'spec.__proto__ (c.yaml:5) is no setting; known here are suspend, dryRun, source, scope, target, policy, memory, status',
    ],
    ['yes is text in YAML 1.2', 'dryRun: yes', 'spec.dryRun (c.yaml:5) must be true or false'],
    ['a flag in quotes', 'dryRun: "true"', 'spec.dryRun (c.yaml:5) must be true or false'],
    [
      'a key without a value',
      'scope: {scimGroups: }',
      'spec.scope.scimGroups (c.yaml:5) has no value; it must be a list of texts that are not empty, or its key must go',
    ],
    [
      'a section without a value',
      'policy:',
      'spec.policy (c.yaml:5) has no value; it must be a mapping of keys to values, or its key must go',
    ],
    ['a section that is text', 'policy: none', 'spec.policy (c.yaml:5) must be a mapping of keys to values'],
    [
      'a list that is text',
      'scope: {scimGroups: Keeper}',
      'spec.scope.scimGroups (c.yaml:5) must be a list of texts that are not empty',
    ],
    [
      'a number in a list',
      'scope: {scimGroups: [a, 5]}',
      'spec.scope.scimGroups (c.yaml:5) must be a list of texts that are not empty; an item that looks like a number must be in quotes',
    ],
    [
      'an empty item',
      "scope: {scimGroups: [' ']}",
      'spec.scope.scimGroups (c.yaml:5) must be a list of texts that are not empty; an item that looks like a number must be in quotes',
    ],
    [
      'text that YAML takes for a number',
      'target: {caFile: 12}',
      'spec.target.caFile (c.yaml:5) must be text, and is a number: put it in quotes',
    ],
    [
      'a mapping for text',
      'target: {url: {a: b}}',
      'spec.target.url (c.yaml:5) must be text, and is a mapping',
    ],
    [
      'a choice that does not exist',
      'target: {profile: keepr}',
      'spec.target.profile (c.yaml:5) must be one of auto, keeper, rfc7644; did you mean keeper?',
    ],
    [
      'a hash that YAML takes for a number',
      'policy: {approvedPlan: 12345678901234567890123456789012}',
      "spec.policy.approvedPlan (c.yaml:5) must be a plan's hash: 32 hexadecimal digits",
    ],
    [
      'an email that is none',
      'source: {google: {adminEmail: admin}}',
      'spec.source.google.adminEmail (c.yaml:5) must be an email address',
    ],
    [
      'an attribute that is none',
      'source: {activeDirectory: {email: "mail)(x"}}',
      "spec.source.activeDirectory.email (c.yaml:5) must be an attribute's name",
    ],
    [
      'a base that is no DN',
      'source: {activeDirectory: {baseDn: corp.example}}',
      'spec.source.activeDirectory.baseDn (c.yaml:5) must be a distinguished name',
    ],
    [
      'a secret in the open',
      'target: {token: MARKER}',
      'spec.target.token (c.yaml:5) is a secret and may not stand here itself; it must be one of {file: …}, {env: …} and {secretKeyRef: {name: …, key: …}}, or come from SCIM_PUSH_TARGET_TOKEN',
    ],
    [
      'two places for a secret',
      'target: {token: {file: a, env: B}}',
      'spec.target.token (c.yaml:5) must be one of {file: …}, {env: …} and {secretKeyRef: {name: …, key: …}}',
    ],
    [
      'no place for a secret',
      'target: {token: {}}',
      'spec.target.token (c.yaml:5) must be one of {file: …}, {env: …} and {secretKeyRef: {name: …, key: …}}',
    ],
    [
      'an unknown place for a secret',
      'target: {token: {value: MARKER}}',
      'spec.target.token (c.yaml:5) must be one of {file: …}, {env: …} and {secretKeyRef: {name: …, key: …}}',
    ],
  ])('%s', async (_, spec, message) => {
    expect(await problemsOf({ document: documentOf(spec) })).toEqual([message])
  })

  test('the line is that of the key, behind an alias too', async () => {
    const spec = 'policy:\n  users: &x\n    create: true\n    remve: none\n  groups: *x'
    const problems = await problemsOf({ document: documentOf(spec) })
    expect(problems).toEqual([
      'spec.policy.users.remve (c.yaml:8) is no setting; did you mean spec.policy.users.remove?',
      'spec.policy.groups.remve (c.yaml:8) is no setting; did you mean spec.policy.groups.remove?',
    ])
  })

  test.each(['0', '257', '1.5', '"16"', '-1', 'true', '[16]'])('maxConcurrency: %s', async (value) => {
    expect(await problemsOf({ document: documentOf(`target: {maxConcurrency: ${value}}`) })).toEqual([
      expect.stringMatching(
        /^spec\.target\.maxConcurrency \(c\.yaml:5\) must be a whole number from 1 to 256/,
      ),
    ])
  })

  test.each(['101%', '-1', '1.5', '10 %', '"10"', '""', '10%%', 'all', '[10%]'])(
    'maxRemovals.users: %s',
    async (value) => {
      expect(await problemsOf({ document: documentOf(`policy: {maxRemovals: {users: ${value}}}`) })).toEqual([
        expect.stringMatching(/must be a percentage from 0% to 100%, or a whole number/),
      ])
    },
  )

  test.each<[string, object]>([
    ['0%', { percent: 0 }],
    ['7%', { percent: 7 }],
    ['100%', { percent: 100 }],
    ['0', { count: 0 }],
    ['250', { count: 250 }],
  ])('maxRemovals.users: %s', async (value, limit) => {
    const { config } = await load({ document: documentOf(`policy: {maxRemovals: {users: ${value}}}`) })
    expect(config?.policy.maxRemovals.users).toEqual(limit)
  })

  test('JSON is a document', async () => {
    const text = JSON.stringify({
      apiVersion: 'scim-push.io/v1alpha1',
      kind: 'SyncConfig',
      metadata: { name: 'json' },
      spec: { target: { maxConcurrency: 3 } },
    })
    const { config } = await load({ document: { text, origin: 'c.json' } })
    expect(config).toMatchObject({ name: 'json', target: { maxConcurrency: 3 } })
  })
})
