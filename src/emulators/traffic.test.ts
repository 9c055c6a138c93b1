import { expect, onTestFinished, test, vi } from 'vitest'
import { startGoogleEmulator } from './google/google-emulator.ts'
import { startKeeperEmulator } from './keeper/keeper-emulator.ts'

/** On a busy machine a second is soon over. */
const PATIENTLY = { timeout: 20_000 }

const emulators = { keeper: startKeeperEmulator, google: startGoogleEmulator }

test.each(['keeper', 'google'] as const)('%s: what is over maxAtOnce waits for its turn', async (name) => {
  const emulator = await emulators[name]({ maxAtOnce: 1, latencyMs: 100 })
  onTestFinished(() => emulator.close())
  const ended: string[] = []
  const ask = async (what: string) => {
    await (await fetch(`${emulator.url}/${what}`)).text()
    ended.push(what)
  }
  const first = ask('first')
  await vi.waitFor(() => expect(emulator.requests).toHaveLength(1), PATIENTLY)
  // It would be through at once, if it were let in.
  emulator.setLatency(0)
  await Promise.all([first, ask('second')])
  expect(ended).toEqual(['first', 'second'])
})

test.each(['keeper', 'google'] as const)('%s: counts connections and bytes', async (name) => {
  const emulator = await emulators[name]()
  onTestFinished(() => emulator.close())
  expect(emulator.traffic()).toEqual({ connections: 0, bytesIn: 0, bytesOut: 0 })
  const ask = async () => (await fetch(emulator.url, { headers: { connection: 'close' } })).text()
  const answer = await ask()
  const one = emulator.traffic()
  expect(one.connections).toBe(1)
  expect(one.bytesIn).toBeGreaterThan(`GET ${new URL(emulator.url).pathname} HTTP/1.1`.length)
  expect(one.bytesOut).toBeGreaterThan(answer.length)
  await ask()
  await vi.waitFor(
    () =>
      expect(emulator.traffic()).toEqual({
        connections: 2,
        bytesIn: one.bytesIn * 2,
        bytesOut: one.bytesOut * 2,
      }),
    PATIENTLY,
  )
})
