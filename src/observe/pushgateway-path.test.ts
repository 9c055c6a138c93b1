import fc from 'fast-check'
import { expect, test } from 'vitest'
import { groupPath, type PushGroup } from './pushgateway-path.ts'

test.each<[string, PushGroup, string]>([
  [
    'the usual',
    { job: 'scim-push', namespace: 'identity', config: 'corp.to_keeper' },
    '/metrics/job/scim-push/namespace/identity/config/corp.to_keeper',
  ],
  ['no namespace', { job: 'j', namespace: null, config: 'c' }, '/metrics/job/j/config/c'],
  ['a slash', { job: 'a/b', namespace: null, config: 'c' }, '/metrics/job@base64/YS9i/config/c'],
  ['nothing', { job: 'j', namespace: null, config: '' }, '/metrics/job/j/config@base64/='],
  ['dots', { job: 'j', namespace: null, config: '..' }, '/metrics/job/j/config@base64/Li4'],
  ['URL-safe letters', { job: 'j', namespace: null, config: '??>>' }, '/metrics/job/j/config@base64/Pz8-Pg'],
  ['others', { job: 'j', namespace: null, config: 'Büro 1%' }, '/metrics/job/j/config@base64/QsO8cm8gMSU'],
])('%s', (_, group, path) => {
  expect(groupPath(group)).toBe(path)
})

test('whatever a label is, the path is what a URL makes of it, and the label can be read from it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (config) => {
      const path = groupPath({ job: 'j', namespace: null, config })
      expect(new URL(path, 'http://gateway.example').pathname).toBe(path)
      const [name, value = ''] = path.split('/').slice(4)
      const read = name === 'config' ? value : Buffer.from(value, 'base64url').toString()
      expect(read).toBe(config)
    }),
  )
})
