import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** What went over the wire since the server listens, headers included. */
export interface Traffic {
  readonly connections: number
  /** Bytes, from clients and to them. */
  readonly bytesIn: number
  readonly bytesOut: number
}

/** Counts at the server's sockets: what the client does, not what it says. */
export const countTraffic = (server: Server): (() => Traffic) => {
  const open = new Set<Socket>()
  let closed: Traffic = { connections: 0, bytesIn: 0, bytesOut: 0 }
  const add = (sum: Traffic, socket: Socket): Traffic => ({
    connections: sum.connections + 1,
    bytesIn: sum.bytesIn + socket.bytesRead,
    bytesOut: sum.bytesOut + socket.bytesWritten,
  })
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => {
      open.delete(socket)
      closed = add(closed, socket)
    })
  })
  return () => [...open].reduce(add, closed)
}
