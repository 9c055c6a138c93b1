import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll } from 'vitest'
import { findJsonProblem } from '../../src/lib/json-check.ts'
import { silentLog } from '../../src/lib/log.ts'
import { parseRecords } from '../../src/source/records/parse.ts'
import { createRecordsSource } from '../../src/source/records/records-source.ts'
import { fuzz } from '../fixtures/fuzz/fuzz.ts'
import { damagedText, hostileJsonText, mutatedJson, mutatedValue } from '../fixtures/fuzz/mutate.ts'
import { endedLater } from '../fixtures/fuzz/outcome.ts'

const records = {
  users: [
    {
      id: 1,
      external_id: 'k1',
      login: 'ann',
      email: 'ann@corp.example',
      full_name: 'Ann E',
      active: true,
      groups: [7, 'ops'],
    },
    { id: '2', email: 'bob@corp.example', first_name: 'Bob', last_name: 'E', groups: ['ops'] },
  ],
  groups: [
    { id: 7, name: 'Dev', domain: 'corp.example' },
    { id: 'ops', external_id: 'k8', name: 'Ops' },
  ],
}

fuzz('the records', 6000, mutatedValue(records), (data) => {
  const { file, problems } = parseRecords(data)
  if (problems.length > 0) return
  // Nobody of the file is left out of what is read.
  const { users, groups } = data as {
    readonly users: readonly unknown[]
    readonly groups?: readonly unknown[] | null
  }
  if (file.users.length !== users.length || (file.groups?.length ?? -1) !== (groups?.length ?? -1))
    throw new Error('a record was left out without a word')
})

fuzz(
  'whatever is not JSON is told with its place',
  8000,
  damagedText(mutatedJson(records, { min: 0 })),
  (text) => {
    const problem = findJsonProblem(text)
    let parses = true
    try {
      JSON.parse(text)
    } catch {
      parses = false
    }
    if (problem === null && !parses) throw new Error('what is not JSON passes for it')
    if (problem && (problem.line < 1 || problem.column < 1)) throw new Error('a place before the beginning')
  },
)

const directory = mkdtempSync(join(tmpdir(), 'scim-push-fuzz-'))
afterAll(() => rmSync(directory, { recursive: true }))
const path = join(directory, 'people.json')
const { signal } = new AbortController()
const content: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  { weight: 6, arbitrary: hostileJsonText(records) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }) },
)
fuzz('a file of records', 1500, content, async (bytes) => {
  writeFileSync(path, bytes)
  const scope = { scimGroups: [], groups: 'selected', exclude: { users: [], groups: [] } } as const
  const source = createRecordsSource({ file: path, scope, log: silentLog })
  const end = await endedLater(() => source.read(signal))
  if (end.kind === 'error' && !end.error.code.startsWith('RECORDS_')) throw end.error
  await source.check(signal)
})
