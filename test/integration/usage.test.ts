import { expect, test } from 'vitest'
import { program } from '../fixtures/program.ts'

test.each<[string, readonly string[], Readonly<Record<string, string>>, RegExp]>([
  ['an unknown flag', ['push', '--dryrun'], {}, /unknown option '--dryrun'[^]*--dry-run/],
  ['an unknown command', ['pusch'], {}, /unknown command 'pusch'[^]*push/],
  ['a word too many', ['push', 'now'], {}, /too many arguments/],
  ['an empty SCIM_PUSH_CONFIG', ['push'], { SCIM_PUSH_CONFIG: '' }, /SCIM_PUSH_CONFIG.*empty/],
  ['an empty --output-file', ['push', '--output-file', ''], {}, /--output-file.*empty/],
  [
    'a level that is none',
    ['push'],
    { SCIM_PUSH_LOG_LEVEL: 'loud' },
    /SCIM_PUSH_LOG_LEVEL.*error, warn, info, debug/,
  ],
])('%s: 78, what is wrong, and where to look, in a few lines', async (_, args, env, words) => {
  const { code, stdout, stderr } = await program(args, env)
  expect([code, stdout]).toEqual([78, ''])
  expect(stderr).toMatch(words)
  expect(stderr).toContain('--help')
  expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(4)
})

test.each(['-V', '--version'])('%s is version', async (flag) => {
  const [one, other] = await Promise.all([program([flag]), program(['version'])])
  expect([one.code, one.stdout]).toEqual([0, other.stdout])
})

test('help names the command that runs without one, and every kind of source', async () => {
  expect((await program(['--help'])).stdout).toMatch(/push .*\n?.*default/)
  const { code, stdout } = await program(['push', '--help'])
  expect(code).toBe(0)
  expect(stdout).toContain('activeDirectory')
  expect(stdout).not.toContain('[]')
})
