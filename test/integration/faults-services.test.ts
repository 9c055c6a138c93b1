import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Fault } from '../../src/emulators/faults.ts'
import { ScimPushError } from '../../src/errors/error.ts'
import { connectCluster } from '../../src/kubernetes/cluster.ts'
import { silentLog } from '../../src/lib/log.ts'
import { createPusher } from '../../src/observe/pushgateway.ts'
import { exitCodeOf, resultOfFailure } from '../../src/report/exit-code.ts'
import { fastClock } from '../faults/clock.ts'
import { startFaultyServer, type FaultyServer } from '../faults/faulty-server.ts'
import { httpFault } from '../faults/http-faults.ts'
import { kubeStub } from '../faults/kube-stub.ts'
import { cellsOf } from '../faults/rows.ts'
import { serviceMatrix, serviceRequests, type ServiceRequestId } from '../faults/services-matrix.ts'
import { program } from '../fixtures/program.ts'
import { reportOf } from '../fixtures/report.ts'

let folder: string
let kubeconfig: string
let server: FaultyServer
const stop = new AbortController().signal

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faults-'))
  kubeconfig = join(folder, 'kubeconfig')
})
afterAll(() => rm(folder, { recursive: true }))
afterEach(async () => {
  delete process.env['KUBECONFIG']
  await server.close()
})

const document = `apiVersion: scim-push.io/v1alpha1
kind: SyncConfig
metadata: {name: corp}
spec: {source: {type: records, records: {file: people.json}}}
`

/** Waits for nothing; a service that was away once is back when somebody waits for it. */
const clockFor = (how: 'once' | 'from then on') =>
  fastClock(() => {
    if (how === 'once') void server.setListening(true)
  })

const startCluster = async (): Promise<void> => {
  server = await startFaultyServer('application/json', kubeStub(document))
  // The client calls no http:// address unless certificates do not matter.
  await writeFile(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'stub',
      clusters: [{ name: 'stub', cluster: { server: server.url, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'stub', user: { token: 'a-token' } }],
      contexts: [{ name: 'stub', context: { cluster: 'stub', user: 'stub', namespace: 'default' } }],
    }),
  )
  process.env['KUBECONFIG'] = kubeconfig
}

/** What a request of a kind comes to: null, or the error that it ends in or warns of. */
const ask = async (
  request: ServiceRequestId,
  how: 'once' | 'from then on',
  hasty: boolean,
): Promise<ScimPushError | null> => {
  const common = { clock: clockFor(how), random: Math.random, stop }
  if (request === 'push') {
    const limits = { tryMs: hasty ? 300 : 3000, allMs: 10_000, stoppedMs: 5000 }
    const gateway = { url: server.url, credentials: null, caFile: '' }
    const pusher = createPusher({ ...common, gateway, userAgent: 'test', log: silentLog, limits })
    try {
      const group = { job: 'scim-push', namespace: 'default', config: 'corp' }
      await pusher.push(group, { contentType: 'text/plain', body: 'up 1\n' })
      return null
    } catch (error) {
      if (error instanceof ScimPushError) return error
      throw error
    } finally {
      await pusher.close()
    }
  }
  const cluster = await connectCluster({ ...common, ...(hasty && { callMs: 300 }) })
  const carrier = { kind: 'configmap', name: 'corp' } as const
  try {
    switch (request) {
      case 'document':
        expect((await cluster.read(carrier)).text).toBe(document)
        return null
      case 'lock': {
        const lock = await cluster.lock('https://scim.example/v2', { runId: 'r', config: 'corp', waitMs: 0 })
        server.setFaults(null)
        await server.setListening(true)
        expect(await lock.release(true)).toBeNull()
        return null
      }
      case 'status': {
        const read = { kind: 'configmap', name: 'corp' } as const
        return (await cluster.post(await readCalmly(cluster, read), reportOf()))[0] ?? null
      }
    }
  } catch (error) {
    if (error instanceof ScimPushError) return error
    throw error
  }
}

/** The document, before the fault begins. */
const readCalmly = async (
  cluster: Awaited<ReturnType<typeof connectCluster>>,
  carrier: Parameters<typeof cluster.read>[0],
) => {
  const plan = faults
  server.setFaults(null)
  const read = await cluster.read(carrier)
  server.setFaults(plan)
  return read
}
let faults: Parameters<FaultyServer['setFaults']>[0] = null

const requests = Object.keys(serviceRequests).filter(
  (name): name is ServiceRequestId => name in serviceMatrix,
)

describe.each(requests)('%s', (request) => {
  beforeEach(async () => {
    if (request === 'push') server = await startFaultyServer('text/plain', () => ({ status: 200 }))
    else await startCluster()
  })

  const cells = cellsOf(serviceMatrix[request])
  test.each(cells)('$fault, $how: $promised.outcome $promised.exit', async ({ fault, how, promised }) => {
    let hits = 0
    faults = (asked): Fault | null => {
      if (hits > 0 && how === 'once') return null
      // The status is what is written; events are worth no word.
      if (request === 'status' && (asked.method === 'GET' || asked.path.includes('/events'))) return null
      hits++
      const made = httpFault(fault, {
        nowMs: Date.now(),
        errorBody: (status) => ({ kind: 'Status', message: 'as the test wants it', code: status }),
        pageBefore: [],
      })
      if (made.kind !== 'refuse') return made
      void server.setListening(false)
      return { kind: 'drop-before' }
    }
    server.setFaults(faults)
    const error = await ask(request, how, fault === 'timeout' || fault === 'drip')
    expect(hits).toBeGreaterThan(0)
    expect(error?.code ?? null, error?.message).toBe(promised.code)
    if (error === null) return
    if (promised.outcome === 'ended') expect(exitCodeOf(resultOfFailure(error.failure))).toBe(promised.exit)
    expect(error.where ?? '').not.toBe('')
    expect(error.remedy).not.toBe('')
    expect(error.message).not.toContain('a-token')
  })
})

describe('the program ends as the matrix says', () => {
  beforeEach(startCluster)
  test.each([
    ['the API server refuses the account', 403, 77, 'KUBERNETES_FORBIDDEN'],
    ['the document is not there', 404, 78, 'KUBERNETES_NOT_FOUND'],
  ])('%s', async (_, status, exit, code) => {
    server.setFaults(() => ({
      kind: 'answer',
      status,
      headers: { 'content-type': 'application/json' },
      body: '{}',
    }))
    const { code: ended, stderr } = await program(['push', '--config', 'configmap/corp'], {
      KUBECONFIG: kubeconfig,
    })
    expect([ended, stderr.includes(code)], stderr).toEqual([exit, true])
  })
})
