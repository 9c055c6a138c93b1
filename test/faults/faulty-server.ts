import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  answerWithFaults,
  bodyOf,
  setListening,
  type Answer,
  type Fault,
} from '../../src/emulators/faults.ts'

/** A request as a server of a test sees it. */
export interface Asked {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface FaultyServer {
  readonly url: string
  setFaults(plan: ((asked: Pick<Asked, 'method' | 'path'>) => Fault | null) | null): void
  /** False: connections are refused, and those that are open are closed. */
  setListening(on: boolean): Promise<void>
  close(): Promise<void>
}

/** A server on loopback that answers as `handle` says, unless a fault is wanted. */
export const startFaultyServer = async (
  contentType: string,
  handle: (asked: Asked) => Promise<Answer> | Answer,
): Promise<FaultyServer> => {
  let faults: Parameters<FaultyServer['setFaults']>[0] = null
  const server = createServer((request, response) => {
    const { method = '', url: path = '/', headers } = request
    const fault = faults?.({ method, path }) ?? null
    answerWithFaults(request, response, 0, fault, contentType, async () =>
      handle({ method, path, headers, body: await bodyOf(request) }),
    ).catch(() => request.socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    setFaults: (plan) => (faults = plan),
    setListening: (on) => setListening(server, port, on),
    close: () => setListening(server, port, false),
  }
}
