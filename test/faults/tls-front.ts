import { once } from 'node:events'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { createServer } from 'node:tls'
import { createAuthority } from '../fixtures/certificate.ts'

const day = 86_400_000
const authority = createAuthority('Ours')
const good = authority.issue(['127.0.0.1'])
const expired = authority.issue(['127.0.0.1'], {
  from: new Date(Date.now() - 30 * day),
  to: new Date(Date.now() - day),
})

/** TLS before a service on loopback that has none. */
export interface TlsFront {
  /** The same service, over TLS. */
  readonly through: (url: string) => string
  /** True: the certificate is one of the past, and all connections are closed. */
  expire(on: boolean): void
  close(): Promise<void>
}

/** In PEM, of what a front shows. */
export const frontAuthority = authority.certificate

export const startTlsFront = async (url: string): Promise<TlsFront> => {
  const sockets = new Set<Socket>()
  const server = createServer({ cert: good.certificate, key: good.key }, (outer) => {
    const inner = connect(Number(new URL(url).port), '127.0.0.1')
    for (const [socket, other] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
      socket.pipe(other)
    }
  })
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const closeAll = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    through: (plain) => {
      const secure = new URL(plain)
      return `https://127.0.0.1:${port}${secure.pathname}`
    },
    expire(on) {
      const { certificate: cert, key } = on ? expired : good
      server.setSecureContext({ cert, key })
      closeAll()
    },
    async close() {
      closeAll()
      server.close()
      await once(server, 'close')
    },
  }
}
