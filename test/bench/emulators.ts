import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Order, Ready, Seen } from './emulator.ts'

export interface RunningEmulator {
  readonly env: Ready['env']
  /** What it has seen so far. */
  readonly seen: () => Promise<Seen>
  readonly stop: () => Promise<void>
}

const SCRIPT = new URL('emulator.ts', import.meta.url)

/** Starts an emulator as a process of its own, and waits until it listens. @throws Error when it ends instead */
export const startEmulator = async (order: Order): Promise<RunningEmulator> => {
  const child = fork(SCRIPT, [JSON.stringify(order)], { execArgv: ['--max-old-space-size=8192'] })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the emulator of ${order.system} ended with ${String(code)}`)
  })
  // It is looked at only while something is awaited of the process; that it ends when it is told to is no trouble.
  ended.catch(() => undefined)
  const answer = async (): Promise<unknown> => {
    const [message] = (await Promise.race([once(child, 'message'), ended])) as [unknown]
    return message
  }
  const { env } = (await answer()) as Ready
  return {
    env,
    seen: async () => {
      child.send('report')
      return (await answer()) as Seen
    },
    stop: async () => {
      const gone = once(child, 'exit')
      if (child.connected) child.disconnect()
      if (child.exitCode === null) await gone
    },
  }
}
