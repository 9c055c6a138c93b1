import { afterAll, expect, test } from 'vitest'
import type { RunReport } from '../../src/report/report.ts'
import { fuzz } from '../fixtures/fuzz/fuzz.ts'
import { hastyClock, pushed } from '../fixtures/fuzz/pushed.ts'
import {
  leaversBy,
  newcomers,
  startWrongEndpoint,
  wrongScimAnswer,
  type WrongScimAnswer,
} from '../fixtures/fuzz/scim-answers.ts'
import { memorySource } from '../fixtures/memory-source.ts'
import { scimTargetTo } from '../fixtures/scim-target.ts'

const endpoint = await startWrongEndpoint()
afterAll(() => endpoint.close())

interface Style {
  readonly profile: 'rfc7644' | 'keeper'
  readonly bulk: 'auto' | 'off'
}
const styles: readonly Style[] = [
  { profile: 'rfc7644', bulk: 'off' },
  { profile: 'keeper', bulk: 'off' },
  { profile: 'rfc7644', bulk: 'auto' },
]

const push = async (style: Style, wrong: WrongScimAnswer | null): Promise<RunReport> => {
  endpoint.begin(wrong)
  const { target } = scimTargetTo(
    { url: endpoint.url, token: 't0p-secret' },
    {
      ...style,
      clock: hastyClock(),
      retryPolicy: { attempts: 2, baseMs: 0, capMs: 0, totalMs: 1000 },
    },
  )
  try {
    return await pushed(
      memorySource(() => newcomers),
      target,
    )
  } finally {
    await target.close()
    endpoint.disconnect()
  }
}

test.each(styles)('$profile, Bulk $bulk: when every answer is right, the leavers go', async (style) => {
  const { result } = await push(style, null)
  expect(result).toBe('converged')
  expect([...new Set(endpoint.losers())].sort()).toEqual(['g2', 'u4', 'u5'])
})

for (const style of styles)
  fuzz(
    `${style.profile}, Bulk ${style.bulk}: nobody else goes, whatever is answered`,
    400,
    wrongScimAnswer,
    async (wrong) => {
      const report = await push(style, wrong)
      if (JSON.stringify(report).includes('t0p-secret')) throw new Error('a secret is in the report')
      const leavers = leaversBy(wrong)
      const wronged = endpoint.losers().filter((id) => !leavers.has(id))
      if (wronged.length > 0) throw new Error(`removed ${wronged.join()}`)
    },
  )
