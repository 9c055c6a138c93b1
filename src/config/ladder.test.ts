import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { documentOf, load, minimalEnv, problemsOf } from '../../test/fixtures/config.ts'
import type { ConfigInput } from './load.ts'

const STEPS = '{after: [{days: 0, do: deactivate}, {days: 30, do: delete}]}'
const JSON_STEPS = '{"after": [{"days": 0, "do": "deactivate"}, {"days": 30, "do": "delete"}]}'
const REMOVE = 'SCIM_PUSH_POLICY_USERS_REMOVE'

const document = (remove: string) => documentOf(`policy: {users: {remove: ${remove}}}`)
const env = (remove: string) => ({ ...minimalEnv, [REMOVE]: remove, SCIM_PUSH_MEMORY_FILE: 'memory.json' })

describe('the steps by which leavers go', () => {
  const both = [
    { days: 0, do: 'deactivate' },
    { days: 30, do: 'delete' },
  ]
  test.each<[string, Partial<ConfigInput>, unknown]>([
    ['a word', { document: document('delete') }, [{ days: 0, do: 'delete' }]],
    ['none', { document: document('none') }, []],
    ['steps', { document: document(STEPS) }, both],
    [
      'a deletion alone',
      { document: document('{after: [{days: 7, do: delete}]}') },
      [{ days: 7, do: 'delete' }],
    ],
    ['a word in the environment', { env: env(' delete ') }, [{ days: 0, do: 'delete' }]],
    ['steps in the environment', { env: env(`\n${JSON_STEPS}\n`) }, both],
    [
      'steps in a flag, over the document',
      { document: document('delete'), flags: { set: [`policy.users.remove=${JSON_STEPS}`] } },
      both,
    ],
    [
      'a word in a flag, over steps',
      { document: document(STEPS), flags: { set: ['policy.users.remove=none'] } },
      [],
    ],
  ])('%s', async (_, input, remove) => {
    expect((await load(input)).config?.policy.users.remove).toEqual(remove)
  })

  const allowed =
    'must be one of deactivate, delete, none, or steps as in {after: [{days: 0, do: deactivate}, {days: 30, do: delete}]}, with whole days up to 3650'
  const inDocument = 'spec.policy.users.remove (c.yaml:5)'
  test.each([
    ['no step', '{after: []}', allowed],
    ['a step without days', '{after: [{do: delete}]}', allowed],
    ['half a day', '{after: [{days: 0.5, do: delete}]}', allowed],
    ['a day before', '{after: [{days: -1, do: delete}]}', allowed],
    ['days as text', '{after: [{days: "30", do: delete}]}', allowed],
    ['eleven years', '{after: [{days: 4015, do: delete}]}', allowed],
    ['something else to do', '{after: [{days: 1, do: archive}]}', allowed],
    ['a key too many', '{after: [{days: 1, do: delete, to: x}]}', allowed],
    ['another key', '{before: [{days: 1, do: delete}]}', allowed],
    ['steps that are no list', '{after: {days: 1, do: delete}}', allowed],
    ['a list', '[{days: 1, do: delete}]', `${allowed}, and is a list`],
    ['a slip', 'deaktivate', `${allowed}; did you mean deactivate?`],
    [
      'a step after the deletion',
      '{after: [{days: 0, do: delete}, {days: 30, do: deactivate}]}',
      'must have the step that deletes as the last one: nothing can follow it',
    ],
    [
      'two that delete',
      '{after: [{days: 0, do: delete}, {days: 30, do: delete}]}',
      'must have one step at most that deactivates and one that deletes',
    ],
    [
      'days that go down',
      '{after: [{days: 30, do: deactivate}, {days: 7, do: delete}]}',
      'must have steps whose days go up from one to the next',
    ],
    [
      'two on one day',
      '{after: [{days: 7, do: deactivate}, {days: 7, do: delete}]}',
      'must have steps whose days go up from one to the next',
    ],
  ])('are refused: %s', async (_, remove, message) => {
    expect(await problemsOf({ document: document(remove) })).toEqual([`${inDocument} ${message}`])
  })

  const inEnvironment = `spec.policy.users.remove (environment variable ${REMOVE})`
  test.each([
    ['nothing', '', `is empty; it ${allowed}`],
    ['a word that is none', 'remove', allowed],
    ['YAML', STEPS, 'is no JSON at character 2: a name in double quotes is expected'],
    ['a list', '[1]', allowed],
    [
      'a name twice',
      '{"after": [], "after": []}',
      'is no JSON at character 15: this name is there twice in one object',
    ],
    ['the prototype', '{"__proto__": {"after": [{"days": 1, "do": "delete"}]}}', allowed],
    [
      'days that go down',
      '{"after": [{"days": 3, "do": "deactivate"}, {"days": 2, "do": "delete"}]}',
      'must have steps whose days go up from one to the next',
    ],
  ])('are refused in the environment: %s', async (_, text, message) => {
    expect(await problemsOf({ env: env(text) })).toEqual([`${inEnvironment} ${message}`])
  })
})

describe('a place for the memory', () => {
  const missing =
    'spec.memory.file is missing: policy.users.remove waits, and who is missing since when is to be remembered; set it in the document, as SCIM_PUSH_MEMORY_FILE, or with --set memory.file=…'
  const withoutFile = (remove: string) => ({ ...minimalEnv, [REMOVE]: remove })

  test('is needed by steps that wait', async () => {
    const { error } = await load({ env: withoutFile(JSON_STEPS) })
    expect(error).toMatchObject({ code: 'CONFIG_MISSING', message: missing })
  })
  test('is not needed by a document in a cluster, which has one', async () => {
    expect((await load({ document: document(STEPS) })).config?.memory.file).toBe('')
  })
  test('is needed by a document in a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'scim-push-ladder-'))
    try {
      const file = join(folder, 'c.yaml')
      await writeFile(file, document(STEPS).text)
      expect(await problemsOf({ file })).toEqual([missing])
      const env = { ...minimalEnv, SCIM_PUSH_MEMORY_FILE: ' m.json ' }
      expect((await load({ file, env })).config?.memory.file).toBe('m.json')
    } finally {
      await rm(folder, { recursive: true })
    }
  })
  test.each(['deactivate', 'delete', 'none', '{"after": [{"days": 0, "do": "delete"}]}'])(
    'is not needed by %s',
    async (remove) => {
      expect(await problemsOf({ env: withoutFile(remove) })).toEqual([])
    },
  )
})
