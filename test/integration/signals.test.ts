import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import pMap from 'p-map'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeKeyPair } from '../../src/emulators/google/service-account.ts'
import { buildProgram } from '../fixtures/bundle.ts'
import { googleCompany, type Company } from '../fixtures/crash-source.ts'
import { openStage, targetOfDayOne, type Act, type Running, type Stage } from '../fixtures/crash-stage.ts'
import type { CrashTarget, Style } from '../fixtures/crash-target.ts'
import { freePort } from '../fixtures/free-port.ts'
import type { Ended } from '../fixtures/program.ts'

// The program is told to stop at every request of a run: what it writes at that moment finishes, it begins no further write, and it
// says what it did and what it left to the next run, which does exactly that.

const ROUNDS = 3
let company: Company
let built: Awaited<ReturnType<typeof buildProgram>>
let gateway: Server
/** What was pushed to the gateway, by the job of the round. */
const pushed = new Map<string, string>()
const targets = new Map<Style, CrashTarget>()

beforeAll(async () => {
  const [keyPair, program] = await Promise.all([makeKeyPair(), buildProgram()])
  built = program
  company = googleCompany(keyPair)
  for (const style of ['keeper', 'rfc7644'] as const) targets.set(style, await targetOfDayOne(style, company))
  gateway = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      pushed.set(/\/job\/([^/]+)/.exec(request.url ?? '')?.[1] ?? '', body)
      response.writeHead(200).end()
    })
  })
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  gateway.closeAllConnections()
  gateway.close()
  await Promise.all([...targets.values()].map((target) => target.close()))
  await built.remove()
})

let stages = 0
const onStage = async <T>(style: Style, play: (stage: Stage, name: string) => Promise<T>): Promise<T> => {
  const before = targets.get(style)
  if (!before) throw new Error(style)
  const name = `round-${++stages}`
  const stage = await openStage(built, company, before, 'deactivate', {
    SCIM_PUSH_TARGET_MAX_CONCURRENCY: '3',
    SCIM_PUSH_PUSHGATEWAY: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`,
    SCIM_PUSH_PUSHGATEWAY_JOB: name,
  })
  try {
    return await play(stage, name)
  } finally {
    await stage.close()
  }
}

const isWrite = (name: string): boolean => /^scim (POST|PATCH|DELETE)/.test(name)

interface Report {
  readonly result: string
  readonly actions: readonly {
    readonly kind: string
    readonly subject: string
    readonly status: string
  }[]
}

const reportIn = ({ stdout }: Ended): Report => JSON.parse(stdout) as Report

/** Names as they were, since a run that got as far as the new ones talks of those. */
const asBefore = ({ kind, subject }: { readonly kind: string; readonly subject: string }): string =>
  `${kind} ${subject.replace('Operations', 'Ops').replace('anna@', 'ann@')}`

/** What was sent before it heard arrives in this time: in turns, since one long wait of a process that was held up may be none. */
const arrivals = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await setTimeout(10)
}

/** Tells the run to stop when that request has arrived, and holds the answer until it has heard. */
const stopAt = (wanted: string, tell: (run: Running) => Promise<void>) => {
  let asked: Promise<void> | null = null
  let heard = false
  const late: string[] = []
  const act: Act = async (moment, { name }, run) => {
    if (moment !== 'arrived') return 'on'
    if (heard && isWrite(name)) late.push(name)
    if (name === wanted)
      asked = tell(run)
        .then(arrivals)
        .then(() => {
          heard = true
        })
    await asked
    // Of what it reads it waits for no answer.
    return asked !== null && !isWrite(name) ? 'drop' : 'on'
  }
  return { act, late, heard: () => heard }
}

const sigterm = async (run: Running): Promise<void> => {
  run.send('SIGTERM')
  await run.said('SIGTERM: what is under way finishes')
}

/** What is wrong after a run that was told to stop, and the next one. */
const complaints = async (stage: Stage, ended: Ended, code: number): Promise<readonly string[]> => {
  if (ended.stdout === '') return [`ended with ${ended.code}: ${ended.stderr}`]
  const { result, actions } = reportIn(ended)
  const left = actions.filter(({ status }) => status !== 'succeeded')
  // Who is told to stop at the very last write has nothing left that could be interrupted.
  const wanted = actions.length > 0 && left.length === 0 ? 'converged with 0' : `interrupted with ${code}`
  const came = `${result} with ${ended.code}`
  const next = await stage.push()
  const rest = await stage.push()
  return [
    ...(came === wanted ? [] : [`${came}, and not ${wanted}: ${ended.stderr}`]),
    ...left.filter(({ status }) => status === 'failed').map((one) => `failed: ${asBefore(one)}`),
    ...(next.result === 'converged' ? [] : [`the next run: ${next.result}`]),
    // What it says that it did is done, and what it says that it left is not: the next run has exactly that to do.
    ...(actions.length > 0 ? differences(left.map(asBefore), next.actions.map(asBefore)) : []),
    ...rest.actions.map((one) => `one more run: ${asBefore(one)}`),
    ...stage.wrong(),
  ]
}

const differences = (said: readonly string[], done: readonly string[]): readonly string[] => [
  ...said.filter((one) => !done.includes(one)).map((one) => `said to be left, and was done: ${one}`),
  ...done.filter((one) => !said.includes(one)).map((one) => `said to be done, and was not: ${one}`),
]

const succeededIn = (metrics = ''): string | undefined =>
  /^scim_push_last_run_success\S* (\d)$/m.exec(metrics)?.[1]

describe('SIGTERM at every request', () => {
  test.each(['keeper', 'rfc7644'] as const)('%s', { timeout: 600_000 }, async (style) => {
    const names: string[] = []
    await onStage(style, async (stage) => {
      const { code, stderr } = await stage.run((moment, { name }) => {
        if (moment === 'arrived') names.push(name)
        return 'on'
      })
      expect(code, stderr).toBe(0)
    })
    expect(names.filter(isWrite).length).toBeGreaterThan(10)
    const found = await pMap(
      names,
      (name) =>
        onStage(style, async (stage, job) => {
          const { act, late, heard } = stopAt(name, sigterm)
          const ended = await stage.run(act)
          return [
            ...(heard() ? [] : ['it was not told']),
            ...late.map((one) => `a write after it was told to stop: ${one}`),
            ...(await complaints(stage, ended, 143)),
            ...(succeededIn(pushed.get(job)) === (ended.code === 0 ? '1' : '0') ? [] : ['no metrics']),
          ].map((text) => `${name}: ${text}`)
        }),
      { concurrency: ROUNDS },
    )
    expect(found.flat()).toEqual([])
  })
})

describe('more than one signal', () => {
  const FIRST = 'scim POST /api/rest/scim/v2/288797895950343/Users #1'

  test.each<[string, readonly ('SIGTERM' | 'SIGINT')[], number]>([
    ['SIGTERM twice', ['SIGTERM', 'SIGTERM'], 143],
    ['Ctrl-C, which npm passes on once more', ['SIGINT', 'SIGINT'], 130],
    ['Ctrl-C after a SIGTERM, at once', ['SIGTERM', 'SIGINT'], 143],
  ])('%s: what is under way finishes all the same', { timeout: 60_000 }, (_, signals, code) =>
    onStage('keeper', async (stage) => {
      const { act, late } = stopAt(FIRST, async (run) => {
        for (const signal of signals) {
          run.send(signal)
          await run.said(`${signals[0]}: what is under way finishes`)
        }
      })
      const ended = await stage.run(act)
      expect([...late, ...(await complaints(stage, ended, code))]).toEqual([])
    }),
  )

  test('SIGTERM again after a while changes nothing', { timeout: 60_000 }, () =>
    onStage('keeper', async (stage) => {
      const { act } = stopAt(FIRST, async (run) => {
        await sigterm(run)
        await setTimeout(1100)
        run.send('SIGTERM')
      })
      expect(await complaints(stage, await stage.run(act), 143)).toEqual([])
    }),
  )

  test('Ctrl-C again after a while ends it at once; the next run converges', { timeout: 60_000 }, () =>
    onStage('keeper', async (stage) => {
      const { act } = stopAt(FIRST, async (run) => {
        run.send('SIGINT')
        await run.said('SIGINT: what is under way finishes, and no further write is begun; Ctrl-C again')
        await setTimeout(1100)
        run.send('SIGINT')
        // It is over before the answer comes.
        await run.ended
      })
      const { code, stdout } = await stage.run(act)
      expect([code, stdout]).toEqual([130, ''])
      expect(await stage.push()).toMatchObject({ result: 'converged' })
      expect(await stage.push()).toMatchObject({ result: 'converged', actions: [] })
      expect(stage.wrong()).toEqual([])
    }),
  )
})

test('while a run finishes, --listen still answers', { timeout: 60_000 }, () =>
  onStage('keeper', async (stage) => {
    const port = await freePort()
    let metrics = ''
    const { act } = stopAt('scim PATCH /api/rest/scim/v2/288797895950343/Users/* #1', async (run) => {
      await sigterm(run)
      metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    })
    const ended = await stage.run(act, { args: ['--listen', `127.0.0.1:${port}`] })
    expect(metrics).toContain('scim_push_client_requests_total')
    expect(await complaints(stage, ended, 143)).toEqual([])
  }),
)
