import { expect, test } from 'vitest'
import { listEntry } from '../kubernetes/list-entry.ts'
import { renderListJson, renderListText, type ListEntry } from './list.ts'

const now = Date.UTC(2026, 0, 2)
const entry = (more: Partial<ListEntry> = {}): ListEntry => ({
  kind: 'configmap',
  name: 'corp',
  source: 'google',
  target: 'https://keeper.example/scim',
  suspended: false,
  ready: 'True',
  reason: 'Converged',
  message: '',
  lastRun: new Date(now - 90_000),
  lastSuccess: new Date(now - 3 * 86_400_000),
  createdAt: null,
  ...more,
})

test('a table as kubectl prints one', () => {
  const text = renderListText(
    'default',
    [
      entry(),
      entry({
        kind: 'syncconfig',
        name: 'a-longer-name',
        ready: 'False',
        reason: 'ConfigInvalid',
        lastSuccess: null,
        source: null,
        suspended: true,
      }),
    ],
    now,
  )
  expect(text)
    .toBe(`NAME                       SOURCE   TARGET                        READY   REASON                      LAST SUCCESS   LAST RUN
configmap/corp             google   https://keeper.example/scim   True    Converged                   3d ago         90s ago
syncconfig/a-longer-name   <none>   https://keeper.example/scim   False   ConfigInvalid (suspended)   never          90s ago
`)
})

test.each([
  [0, '0s ago'],
  [-5, '0s ago'],
  [119, '119s ago'],
  [120, '2m ago'],
  [7199, '119m ago'],
  [7200, '2h ago'],
  [172_799, '47h ago'],
  [172_800, '2d ago'],
])('%i seconds: %s', (seconds, expected) => {
  const text = renderListText('x', [entry({ lastSuccess: new Date(now - seconds * 1000) })], now)
  expect(text.split('\n')[1]).toContain(` ${expected}`)
})

test('what a directory or a document says can’t colour the terminal', () => {
  expect(renderListText('x', [entry({ reason: 'a\u001b[31mb' })], now)).not.toContain('\u001b')
})

test('none: what counts as one is said', () => {
  expect(renderListText('prod', [], now)).toContain('namespace prod')
  expect(JSON.parse(renderListJson('prod', []))).toEqual({
    version: 'scim-push.io/list/v1',
    namespace: 'prod',
    items: [],
  })
})

const document = {
  carrier: { kind: 'syncconfig', name: 'corp' },
  text: '',
  origin: '',
  regarding: { apiVersion: '', kind: '', name: '', namespace: '', uid: '' },
  generation: 1,
  status: null,
  createdAt: null,
  approval: null,
} as const
const summary = { source: 'google', target: null, suspended: false }

test.each<[string, unknown, object]>([
  ['none yet', null, { ready: 'Unknown', reason: 'NotRun', lastRun: null, lastSuccess: null }],
  [
    'of a run',
    {
      lastRunTime: '2026-01-01T00:00:00Z',
      conditions: [{ type: 'Synced' }, { type: 'Ready', status: 'True', reason: 'Converged', message: 'm' }],
    },
    { ready: 'True', reason: 'Converged', message: 'm', lastRun: new Date(Date.UTC(2026, 0, 1)) },
  ],
  ['that somebody broke', { lastRunTime: 7, conditions: 'x' }, { ready: 'Unknown', lastRun: null }],
])('an entry from a status, %s', (_, status, expected) => {
  expect(listEntry(document, summary, status)).toMatchObject({ name: 'corp', source: 'google', ...expected })
})
