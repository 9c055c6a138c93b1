import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { ScimPushError } from '../errors/error.ts'
import { toScimPushError } from '../errors/wrap.ts'
import type { Log } from '../lib/log.ts'
import { listenText, type Listen } from './http-server-listen.ts'
import type { Metrics } from './metrics.ts'

interface HttpServerOptions {
  readonly listen: Listen
  readonly metrics: Pick<Metrics, 'expose'>
  /** Whether /readyz answers 200. */
  readonly ready: () => boolean
  /** What /status shows, as JSON; never a secret. */
  readonly status: () => unknown
  readonly log: Log
}

export interface HttpServer {
  /** Where it listens; the port is the real one, also where any was asked for. */
  address(): { readonly host: string; readonly port: number }
  /** Takes no more connections, lets answers under way finish for a moment, and ends the rest. */
  close(): Promise<void>
}

interface Answer {
  readonly status: number
  readonly contentType: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Nobody who asks for these pages needs more; whoever does must not be able to hold on to a connection. */
const LIMITS = {
  maxHeaderSize: 8 * 1024,
  headersTimeout: 5_000,
  requestTimeout: 5_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
}
/** Without a byte read or written, in ms. */
const IDLE_MS = 10_000
const MAX_CONNECTIONS = 100
/** How long answers under way may take once the server closes. */
const GRACE_MS = 1_000

/**
 * Metrics, probes and status over HTTP: read-only, and without a login, so that nothing secret may be in them.
 * @throws ScimPushError LISTEN_FAILED
 */
export const startHttpServer = async (options: HttpServerOptions): Promise<HttpServer> => {
  const { log } = options
  const routes = routesOf(options)
  const server = createServer(LIMITS, (request, response) => {
    answer(routes, request, log)
      .then((one) => send(response, one, server.listening && !hasBody(request)))
      .catch((error: unknown) => {
        request.socket.destroy()
        log.warn('an answer could not be sent', { error: toScimPushError(error).message })
      })
  })
  server.timeout = IDLE_MS
  server.maxConnections = MAX_CONNECTIONS
  const address = await listen(server, options.listen)
  // Accepting can fail later, too, for want of file descriptors: a sync must not end for that.
  server.on('error', (error) => log.warn('the HTTP server has trouble', { error: error.message }))
  log.info('listening', { address: listenText(address) })

  let closed: Promise<void> | null = null
  return {
    address: () => address,
    close: () => (closed ??= close(server)),
  }
}

const listen = (server: Server, at: Listen): Promise<{ readonly host: string; readonly port: number }> =>
  new Promise((resolve, reject) => {
    const failed = (cause: NodeJS.ErrnoException): void => {
      const where = listenText(at)
      const message = `${where} can’t be listened on: ${reasons[cause.code ?? ''] ?? cause.message}`
      reject(new ScimPushError('LISTEN_FAILED', { message, where, cause }))
    }
    server.once('error', failed)
    server.listen({ port: at.port, ...(at.host === null ? {} : { host: at.host }) }, () => {
      server.off('error', failed)
      const address = server.address()
      resolve(
        address === null || typeof address === 'string'
          ? { host: at.host ?? '', port: at.port }
          : { host: address.address, port: address.port },
      )
    })
  })

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program has the port',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'this user may not have the port',
  ENOTFOUND: 'there is no such host name',
}

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    const grace = setTimeout(() => server.closeAllConnections(), GRACE_MS)
    server.close(() => {
      clearTimeout(grace)
      resolve()
    })
  })

type Routes = ReadonlyMap<string, () => Answer | Promise<Answer>>

const routesOf = ({ metrics, ready, status }: HttpServerOptions): Routes =>
  new Map<string, () => Answer | Promise<Answer>>([
    ['/metrics', async () => ({ status: 200, ...(await metrics.expose()) })],
    ['/healthz', () => text(200, 'ok')],
    ['/readyz', () => (ready() ? text(200, 'ok') : text(503, 'not ready'))],
    [
      '/status',
      () => ({
        status: 200,
        contentType: 'application/json; charset=utf-8',
        body: `${JSON.stringify(status() ?? null, null, 2)}\n`,
      }),
    ],
  ])

const text = (status: number, line: string, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body: `${line}\n`,
  headers,
})

const answer = async (routes: Routes, request: IncomingMessage, log: Log): Promise<Answer> => {
  const { method = '', url = '' } = request
  const [path = ''] = url.split('?', 1)
  const route = routes.get(path)
  if (!route) return text(404, 'not found')
  if (method !== 'GET' && method !== 'HEAD') return text(405, 'method not allowed', { allow: 'GET, HEAD' })
  if (hasBody(request)) return text(413, 'a request must have no body')
  try {
    return await route()
  } catch (error) {
    log.error('a page could not be made', { path, error: toScimPushError(error).message })
    return text(500, 'internal error')
  }
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0

/** A body is never read, so nothing can follow it on the connection: that is closed, as it is when the server closes. */
const send = (
  response: ServerResponse,
  { status, contentType, body, headers }: Answer,
  keepAlive: boolean,
): void => {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(keepAlive ? {} : { connection: 'close' }),
    ...headers,
  })
  // The body of an answer to HEAD is left out by node:http.
  response.end(body)
}
