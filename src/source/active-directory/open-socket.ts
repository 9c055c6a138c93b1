import { connect, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { ConnectionLost } from './connection-lost.ts'
import type { Endpoint } from './endpoint.ts'

/** A TCP connection, within `timeoutMs`. @throws ConnectionLost */
export const openSocket = (endpoint: Endpoint, timeoutMs: number): Promise<Socket> => {
  const socket = connect({ host: endpoint.host, port: endpoint.port, noDelay: true, keepAlive: true })
  return settled(socket, 'connect', timeoutMs, 'connect')
}

/**
 * TLS on top of a TCP connection, the server verified, within `timeoutMs`: a server that takes the connection and then
 * says nothing does not hold the run up. @throws ConnectionLost
 */
export const secureSocket = (
  socket: Socket,
  options: ConnectionOptions,
  timeoutMs: number,
): Promise<TLSSocket> => settled(connectTls({ ...options, socket }), 'secureConnect', timeoutMs, 'tls')

const settled = <S extends Socket>(
  socket: S,
  event: 'connect' | 'secureConnect',
  timeoutMs: number,
  reason: 'connect' | 'tls',
): Promise<S> =>
  new Promise((resolve, reject) => {
    const fail = (error: ConnectionLost): void => {
      clearTimeout(timer)
      socket.destroy()
      reject(error)
    }
    const timer = setTimeout(
      () => fail(new ConnectionLost('timeout', `no ${event} within ${timeoutMs} ms`)),
      timeoutMs,
    )
    socket.on('error', (cause) => fail(failureOf(cause, reason)))
    socket.once('close', () => fail(new ConnectionLost(reason, 'the connection was closed')))
    socket.once(event, () => {
      clearTimeout(timer)
      socket.removeAllListeners('error')
      socket.removeAllListeners('close')
      resolve(socket)
    })
  })

/** What OpenSSL and Node call a certificate that they do not accept. */
const certificateErrors =
  /^(?:CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_EXCEEDED$|HOSTNAME_MISMATCH$|ERR_TLS_CERT_)/u

const failureOf = (cause: Error, reason: 'connect' | 'tls'): ConnectionLost => {
  // Several addresses of one host fail as an AggregateError without a message of its own.
  if (cause instanceof AggregateError) {
    const each = cause.errors.map((one: unknown) => (one instanceof Error ? one.message : 'failed'))
    return new ConnectionLost(reason, [...new Set(each)].join('; '), cause)
  }
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
  return new ConnectionLost(certificateErrors.test(code) ? 'certificate' : reason, cause.message, cause)
}
