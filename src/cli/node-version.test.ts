import { describe, expect, test } from 'vitest'
import { nodeTrouble } from './node-version.ts'

describe('the version of Node.js', () => {
  test.each(['v22.19.0', 'v22.20.1', 'v23.0.0', 'v24.1.0', 'v24.1.0-nightly20260101'])(
    '%s will do',
    (version) => {
      expect(nodeTrouble(version)).toBeNull()
    },
  )

  test.each(['v18.20.4', 'v20.20.2', 'v22.18.9'])('%s is too old, and is told so', (version) => {
    expect(nodeTrouble(version)).toMatch(/needs Node\.js 22\.19 or later, and this is v\d/)
  })

  test('this one will do', () => {
    expect(nodeTrouble(process.version)).toBeNull()
  })
})
