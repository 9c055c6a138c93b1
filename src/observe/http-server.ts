import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { ScimPushError } from '../errors/error.ts'
import { toScimPushError } from '../errors/wrap.ts'
import type { Log } from '../lib/log.ts'
import type { Secret } from '../lib/secret.ts'
import { ANSWERS_MS } from '../lib/winding-down.ts'
import { challenges, holdsToken } from './bearer.ts'
import { textAnswer, type Answer, type Routes } from './http-answer.ts'
import { listenText, type Listen } from './http-server-listen.ts'

interface HttpServerOptions {
  readonly listen: Listen
  readonly routes: Routes
  /** Who has it may see what is guarded; null where everybody may. */
  readonly token: Secret | null
  readonly log: Log
}

export interface HttpServer {
  /** Where it listens; the port is the real one, also where any was asked for. */
  address(): { readonly host: string; readonly port: number }
  /** Takes no more connections, lets answers under way finish for a moment, and ends the rest. */
  close(): Promise<void>
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

/**
 * Metrics, probes and status over HTTP: read-only, and nothing secret is in them.
 * @throws ScimPushError LISTEN_FAILED
 */
export const startHttpServer = async (options: HttpServerOptions): Promise<HttpServer> => {
  const { log } = options
  const server = createServer(LIMITS, (request, response) => {
    answer(options, request)
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
    const grace = setTimeout(() => server.closeAllConnections(), ANSWERS_MS)
    server.close(() => {
      clearTimeout(grace)
      resolve()
    })
  })

const answer = async (
  { routes, token, log }: HttpServerOptions,
  request: IncomingMessage,
): Promise<Answer> => {
  const { method = '', url = '', headers } = request
  const [path = ''] = url.split('?', 1)
  try {
    const route = routes(path)
    // Whoever has no token does not learn what there is.
    if ((route?.guarded ?? true) && token && !holdsToken(headers.authorization, token))
      return textAnswer(401, 'the token is missing or wrong', { 'www-authenticate': challenges })
    if (!route) return textAnswer(404, 'not found')
    if (method !== 'GET' && method !== 'HEAD')
      return textAnswer(405, 'method not allowed', { allow: 'GET, HEAD' })
    if (hasBody(request)) return textAnswer(413, 'a request must have no body')
    return await route.make()
  } catch (error) {
    log.error('a page could not be made', { path, error: toScimPushError(error).message })
    return textAnswer(500, 'internal error')
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
    'cross-origin-resource-policy': 'same-origin',
    ...(keepAlive ? {} : { connection: 'close' }),
    ...headers,
  } satisfies Record<string, unknown>)
  // The body of an answer to HEAD is left out by node:http.
  response.end(body)
}
