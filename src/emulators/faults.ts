import { once } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * What goes wrong with a request:
 * - `answer`: this status, headers and body instead of the effect
 * - `drop-before`: the connection is closed, and nothing was done
 * - `drop-after`: it is done, and then the connection is closed without an answer
 * - `truncate`: it is done, and the answer ends half-way
 * - `silent`: nothing is done, and nothing answered
 * - `drip`: it is done, and the answer comes byte by byte
 * - `alter`: it is done, and something else is answered
 */
export type Fault =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string
    }
  | { readonly kind: 'drop-before' | 'drop-after' | 'truncate' | 'silent' | 'drip' }
  | { readonly kind: 'alter'; readonly alter: (answer: Answer) => Answer }

/** Asked once a request, in order of arrival (`n` from 1); null for no fault. */
export type FaultPlan = (request: {
  readonly n: number
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
}) => Fault | null

/** An answer as an emulator thinks of it. */
export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON; nothing is sent when undefined. */
  readonly body?: unknown
  /** Sent as it is, instead of a body. */
  readonly text?: string
}

const DRIP_MS = 40

/** Lets `handle` answer, with latency and with whatever fault the plan has for this request. */
export const answerWithFaults = async (
  request: IncomingMessage,
  response: ServerResponse,
  latencyMs: number,
  fault: Fault | null,
  contentType: string,
  handle: () => Promise<Answer> | Answer,
): Promise<void> => {
  if (latencyMs > 0) await sleep(latencyMs)
  if (fault?.kind === 'drop-before') {
    request.socket.destroy()
    return
  }
  if (fault?.kind === 'answer') {
    response.writeHead(fault.status, { 'content-type': 'text/html', ...fault.headers }).end(fault.body ?? '')
    return
  }
  if (fault?.kind === 'silent') return
  const answer = fault?.kind === 'alter' ? fault.alter(await handle()) : await handle()
  if (fault?.kind === 'drop-after') {
    request.socket.destroy()
    return
  }
  const text = answer.text ?? (answer.body === undefined ? '' : JSON.stringify(answer.body))
  const length = Buffer.byteLength(text)
  response.writeHead(answer.status, {
    ...(text === '' ? {} : { 'content-type': contentType }),
    ...(answer.status === 204 ? {} : { 'content-length': `${length}` }),
    ...answer.headers,
  })
  if (fault?.kind === 'truncate') {
    if (length > 1) response.write(text.slice(0, text.length >> 1), () => request.socket.destroy())
    else request.socket.destroy()
    return
  }
  if (fault?.kind === 'drip') {
    for (const byte of Buffer.from(text)) {
      if (response.destroyed) return
      response.write(Buffer.of(byte))
      await sleep(DRIP_MS)
    }
  }
  response.end(text)
}

/** The whole body of a request as text. */
export const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = []
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}

/** Whether connections are taken at all: without it they are refused, and those that are open are closed. */
export const setListening = async (server: Server, port: number, on: boolean): Promise<void> => {
  if (on === server.listening) return
  if (on) {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return
  }
  server.close()
  server.closeAllConnections()
}
