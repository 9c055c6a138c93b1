import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'

/** A server of others that runs until it is stopped. */
export interface RunningServer {
  readonly stop: () => Promise<void>
}

/** Starts a server and waits until it answers. @throws with what it printed, where it ends before */
export const startServer = async (
  command: string,
  args: readonly string[],
  answers: () => Promise<boolean>,
): Promise<RunningServer> => {
  const child = spawn(command, [...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => (printed += part.toString('utf8')))
  const end = once(child, 'close')
  const state = { ended: false }
  end.then(
    () => (state.ended = true),
    () => (state.ended = true),
  )
  while (!(await answers().catch(() => false))) {
    if (state.ended) throw new Error(`${command} ended: ${printed}`)
    await setTimeout(50)
  }
  return {
    stop: async () => {
      child.kill('SIGTERM')
      await end
    },
  }
}
