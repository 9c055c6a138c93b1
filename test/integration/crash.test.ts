import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import pMap from 'p-map'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeKeyPair, type KeyPair } from '../../src/emulators/google/service-account.ts'
import { parseMemory } from '../../src/memory/text.ts'
import { buildProgram } from '../fixtures/bundle.ts'
import { openStage, targetOfDayOne, type Act, type Removal, type Stage } from '../fixtures/crash-stage.ts'
import type { CrashTarget, Holdings, Style } from '../fixtures/crash-target.ts'
import type { Moment } from '../fixtures/gate.ts'
import { randomOf } from '../fixtures/random.ts'

// The process is killed at every moment of every request of a run, and the next run has to make good what is left: the target ends as
// after a run that nobody disturbed, nothing is done twice, and nobody loses anything at any moment.

/** How many rounds are under way at once. */
const ROUNDS = 3
/** Given by a run that failed, to see it again. */
const SEED = Number(process.env['CRASH_SEED'] ?? 20_261_125)

let keyPair: KeyPair
let built: Awaited<ReturnType<typeof buildProgram>>
const targets: CrashTarget[] = []
beforeAll(async () => {
  ;[keyPair, built] = await Promise.all([makeKeyPair(), buildProgram()])
})
afterAll(async () => {
  await Promise.all(targets.map((target) => target.close()))
  await built.remove()
})

/** The target before the run, for a test to copy. */
const dayOne = async (style: Style): Promise<CrashTarget> => {
  const target = await targetOfDayOne(style, keyPair)
  targets.push(target)
  return target
}

const onStage = async <T>(
  before: CrashTarget,
  removal: Removal,
  settings: Readonly<Record<string, string>>,
  play: (stage: Stage) => Promise<T>,
  bulk: 'auto' | 'off' = 'off',
): Promise<T> => {
  const stage = await openStage(built, keyPair, before, removal, settings, bulk)
  try {
    return await play(stage)
  } finally {
    await stage.close()
  }
}

/** A run that nobody disturbs: the names of its requests, and what it leaves. */
const undisturbed = (before: CrashTarget, removal: Removal, bulk: 'auto' | 'off' = 'off') =>
  onStage(before, removal, {}, ofUndisturbed(before), bulk)
const ofUndisturbed = (before: CrashTarget) => async (stage: Stage) => {
  const names: string[] = []
  const { code, stderr } = await stage.run((moment, { name }) => {
    if (moment === 'arrived') names.push(name)
    return 'on'
  })
  expect(code, stderr).toBe(0)
  expect(stage.holdings()).not.toEqual(before.holdings())
  return { names, holdings: stage.holdings() }
}

/** Kills the run at that moment. Of what is under way then, the target finishes what it has. */
const killAt = (matches: (moment: Moment, name: string) => boolean) => {
  let struck = false
  const act: Act = (moment, { name }, run) => {
    if (struck || !matches(moment, name)) return 'on'
    struck = true
    run.send('SIGKILL')
    return moment === 'answered' ? 'on' : 'drop'
  }
  return { act, struck: () => struck }
}

/** What is wrong after the last run, in words. */
const complaints = async (stage: Stage, wanted: Holdings): Promise<readonly string[]> => {
  const found = [...stage.wrong()]
  if (JSON.stringify(sorted(stage.holdings())) !== JSON.stringify(sorted(wanted)))
    found.push(`it ends otherwise: ${JSON.stringify(stage.holdings())}`)
  const { result, actions, withheld } = await stage.push()
  if (result !== 'converged' || actions.length + withheld.length > 0)
    found.push(`one more run: ${result}, ${actions.map(({ kind, subject }) => `${kind} ${subject}`).join()}`)
  return found
}

const sorted = ({ users, groups }: Holdings): unknown =>
  [users, groups].map((one) => Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))

/** One round of the sweep: killed at that moment of that request, then run again. */
const sweepOne = (
  before: CrashTarget,
  removal: Removal,
  wanted: Holdings,
  { name, moment }: { readonly name: string; readonly moment: Moment },
  bulk: 'auto' | 'off',
): Promise<readonly string[]> => {
  const play = async (stage: Stage): Promise<readonly string[]> => {
    const { act, struck } = killAt((now, other) => now === moment && other === name)
    const killed = await stage.run(act)
    const found: string[] = []
    if (!struck() || killed.code !== null) found.push(`was not killed, ended with ${killed.code}`)
    // The program again after every write, and elsewhere the same run inside this process, which is quicker.
    if (isWrite(name) && moment === 'handled') {
      const again = await stage.run()
      if (again.code !== 0) found.push(`the next run ended with ${again.code}: ${again.stderr}`)
    } else {
      const { result } = await stage.push()
      if (result !== 'converged') found.push(`the next run: ${result}`)
    }
    found.push(...(await complaints(stage, wanted)))
    return found.map((text) => `${name}, ${moment}: ${text}`)
  }
  return onStage(before, removal, { SCIM_PUSH_TARGET_MAX_CONCURRENCY: '1' }, play, bulk)
}

const isWrite = (name: string): boolean => /^scim (POST|PATCH|DELETE)/.test(name)

const sweep = async (
  style: Style,
  removal: Removal,
  momentsOf: (name: string) => readonly Moment[],
  bulk: 'auto' | 'off' = 'off',
): Promise<void> => {
  const before = await dayOne(style)
  const { names, holdings } = await undisturbed(before, removal, bulk)
  const writes = names.filter(isWrite)
  if (bulk === 'off') expect(writes.length).toBeGreaterThan(10)
  else expect(writes.filter((name) => name.includes('/Bulk')).length).toBeGreaterThan(2)
  const points = names.flatMap((name) => momentsOf(name).map((moment) => ({ name, moment })))
  const found = await pMap(points, (point) => sweepOne(before, removal, holdings, point, bulk), {
    concurrency: ROUNDS,
  })
  expect(found.flat()).toEqual([])
}

const styles = ['keeper', 'rfc7644'] as const

describe('killed at every request', () => {
  test.each(styles)('%s: before it, after it, and after its answer', { timeout: 600_000 }, (style) =>
    sweep(style, 'deactivate', (name) =>
      isWrite(name) ? ['arrived', 'handled', 'answered'] : ['arrived', 'handled'],
    ),
  )

  test.each(styles)('%s: where leavers are deleted, after every write', { timeout: 600_000 }, (style) =>
    sweep(style, 'delete', (name) => (isWrite(name) ? ['handled'] : [])),
  )

  test.each(styles)('%s: where changes go together, at every write', { timeout: 600_000 }, (style) =>
    sweep(style, 'delete', (name) => (isWrite(name) ? ['arrived', 'handled', 'answered'] : []), 'auto'),
  )
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
    const before = await dayOne(style)
    const removal = 'deactivate'
    const { names, holdings } = await undisturbed(before, removal)
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
        return onStage(before, removal, settings, async (stage) => {
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
    expect(found.flat()).toEqual([])
  })
})
