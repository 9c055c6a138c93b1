import { expect, test } from 'vitest'
import { fileDoubts } from './file-doubts.ts'

const ME = 1000
const mount = '/var/run/secrets/scim-push'

test.each<[string, number, number, string, string[]]>([
  ['our own, for us alone', 0o600, ME, 'token', []],
  ["root's, readable by our group: a Secret with fsGroup", 0o440, 0, `${mount}/keeper/token`, []],
  ['a Secret as Kubernetes mounts it by default', 0o644, 0, `${mount}/keeper/token`, []],
  ["a Secret of Docker's, through its other name", 0o444, 0, '/run/secrets/token', []],
  ['readable by everybody', 0o644, ME, '/home/me/token', ['can be read']],
  [
    'readable by everybody, seemingly in a mount',
    0o644,
    ME,
    `${mount}/../../../../home/me/token`,
    ['can be read'],
  ],
  ['readable by everybody, beside the mount', 0o644, ME, '/var/run/secrets-old/token', ['can be read']],
  ['writable by everybody', 0o666, ME, '/home/me/token', ['can be written']],
  ['writable by everybody, in a mount', 0o646, 0, `${mount}/keeper/token`, ['can be written']],
  ["somebody else's", 0o600, 1001, '/home/other/token', ['belongs to another user (uid 1001)']],
  ["somebody else's, and readable", 0o644, 1001, '/home/other/token', ['can be read', 'belongs to another']],
])('%s', (_, mode, uid, file, expected) => {
  const doubts = fileDoubts({ file, stats: { mode, uid }, uid: ME, secretsDir: mount })
  expect(doubts.map((doubt, index) => doubt.startsWith(expected[index] ?? '?'))).toEqual(
    expected.map(() => true),
  )
})

test('where users have no numbers nothing can be said', () => {
  expect(fileDoubts({ file: 'x', stats: { mode: 0o666, uid: 0 }, uid: null, secretsDir: mount })).toEqual([])
})
