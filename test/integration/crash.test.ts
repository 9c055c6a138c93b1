import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import pMap from 'p-map'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeKeyPair } from '../../src/emulators/google/service-account.ts'
import { parseMemory } from '../../src/memory/text.ts'
import { buildProgram } from '../fixtures/bundle.ts'
import { googleCompany } from '../fixtures/crash-source.ts'
import { targetOfDayOne } from '../fixtures/crash-stage.ts'
import {
  complaints,
  isWrite,
  killAt,
  onStage,
  ROUNDS,
  sweep,
  undisturbed,
  type Theatre,
} from '../fixtures/crash-sweep.ts'
import type { Moment } from '../fixtures/gate.ts'
import { randomOf } from '../fixtures/random.ts'

// The process is killed at every moment of every request of a run, and the next run has to make good what is left: the target ends as
// after a run that nobody disturbed, nothing is done twice, and nobody loses anything at any moment.

/** Given by a run that failed, to see it again. */
const SEED = Number(process.env['CRASH_SEED'] ?? 20_261_125)

let theatre: Theatre
let built: Awaited<ReturnType<typeof buildProgram>>
beforeAll(async () => {
  const [keyPair, program] = await Promise.all([makeKeyPair(), buildProgram()])
  built = program
  theatre = { program, company: googleCompany(keyPair) }
})
afterAll(() => built.remove())

/** The program again after every write, and elsewhere the same run inside this process. */
const againAfter = (name: string, moment: Moment): boolean => isWrite(name) && moment === 'handled'

const styles = ['keeper', 'rfc7644'] as const

const writesIn = (names: readonly string[]): readonly string[] => names.filter(isWrite)

describe('killed at every request', () => {
  test.each(styles)('%s: before it, after it, and after its answer', { timeout: 600_000 }, async (style) => {
    const names = await sweep(theatre, {
      style,
      removal: 'deactivate',
      momentsOf: (name) => (isWrite(name) ? ['arrived', 'handled', 'answered'] : ['arrived', 'handled']),
      againAfter,
    })
    expect(writesIn(names).length).toBeGreaterThan(10)
  })

  test.each(styles)(
    '%s: where leavers are deleted, after every write',
    { timeout: 600_000 },
    async (style) => {
      const names = await sweep(theatre, {
        style,
        removal: 'delete',
        momentsOf: (name) => (isWrite(name) ? ['handled'] : []),
        againAfter,
      })
      expect(writesIn(names).length).toBeGreaterThan(10)
    },
  )

  test.each(styles)('%s: where changes go together, at every write', { timeout: 600_000 }, async (style) => {
    const names = await sweep(theatre, {
      style,
      removal: 'delete',
      bulk: 'auto',
      momentsOf: (name) => (isWrite(name) ? ['arrived', 'handled', 'answered'] : []),
      againAfter,
    })
    expect(writesIn(names).filter((name) => name.includes('/Bulk')).length).toBeGreaterThan(2)
  })
})

/** The memory is whole, and has the one who left; whoever was written down too late only waits for longer. */
const forgotten = async (memory: string): Promise<readonly string[]> => {
  const content = parseMemory(await readFile(memory, 'utf8'))
  if (typeof content === 'string') return [`the memory ${content}`]
  return content.missing.size === 1 ? [] : [`the memory has ${content.missing.size} who are missing`]
}

describe('killed by chance, once or twice in a row, with a memory of who is missing', () => {
  let folder: string
  let memories = 0
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crash-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const moments = ['arrived', 'handled', 'answered'] as const

  test.each(styles)(`%s: seed ${SEED}`, { timeout: 600_000 }, async (style) => {
    const before = await targetOfDayOne(style, theatre.company)
    const scene = { before, removal: 'deactivate' } as const
    const { names, holdings } = await undisturbed(theatre, scene)
    const random = randomOf(SEED + styles.indexOf(style))
    const upTo = (n: number): number => Math.floor(random() * n)
    const draw = () => ({
      moment: moments[upTo(3)] ?? 'handled',
      // Half of them after so many requests, half after so much time, which may be before the first request.
      ...(random() < 0.5 ? { after: 1 + upTo(names.length), ms: null } : { after: null, ms: upTo(900) }),
    })
    const rounds = Array.from({ length: 12 }, () => Array.from({ length: 1 + upTo(2) }, draw))
    const found = await pMap(
      rounds,
      (kills) => {
        const memory = join(folder, `${++memories}.json`)
        const settings = {
          SCIM_PUSH_POLICY_USERS_REMOVE:
            '{"after": [{"days": 0, "do": "deactivate"}, {"days": 30, "do": "delete"}]}',
          SCIM_PUSH_MEMORY_FILE: memory,
        }
        return onStage(theatre, { ...scene, settings }, async (stage) => {
          for (const { moment, after, ms } of kills) {
            let seen = 0
            const { act } = killAt((now) => now === moment && ++seen === after)
            await stage.run(act, { end: ms === null ? null : setTimeout(ms) })
          }
          const { code, stderr } = await stage.run()
          const text = JSON.stringify(kills)
          return [
            ...(code === 0 ? [] : [`${text}: the last run ended with ${code}: ${stderr}`]),
            ...(await complaints(stage, holdings)).map((one) => `${text}: ${one}`),
            ...(await forgotten(memory)).map((one) => `${text}: ${one}`),
          ]
        })
      },
      { concurrency: ROUNDS },
    )
    await before.close()
    expect(found.flat()).toEqual([])
  })
})
