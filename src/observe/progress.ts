import cliProgress from 'cli-progress'
import type { Log } from '../lib/log.ts'
import type { Clock } from '../lib/clock.ts'
import type { Progress } from '../lib/progress.ts'

/** A bar on a terminal: phase, done of total, rate and time left. */
export const terminalProgress = (stream: NodeJS.WriteStream): Progress => {
  let bar: cliProgress.SingleBar | null = null
  let name = ''
  let startedAt = Date.now()
  const start = (total: number): void => {
    bar?.stop()
    startedAt = Date.now()
    bar = new cliProgress.SingleBar(
      {
        stream,
        format: total > 0 ? '{phase} {bar} {value}/{total} · {rate}/s · {eta_formatted} left' : '{phase} …',
        hideCursor: true,
        clearOnComplete: true,
        etaBuffer: 50,
        noTTYOutput: false,
      },
      cliProgress.Presets.shades_classic,
    )
    bar.start(total, 0, { phase: name, rate: 0 })
  }
  const rate = (done: number): number => Math.round((done * 1000) / Math.max(1, Date.now() - startedAt))
  let done = 0
  return {
    phase(next) {
      name = next
      done = 0
      start(0)
    },
    total(steps) {
      done = 0
      start(steps)
    },
    step() {
      done++
      bar?.update(done, { phase: name, rate: rate(done) })
    },
    end() {
      bar?.stop()
      bar = null
    },
  }
}

const EVERY_MS = 30_000

/** Where there is no terminal: a line every 30 s, so that a long run is seen to live. */
export const logProgress = (log: Log, clock: Clock): Progress => {
  let name = ''
  let done = 0
  let total = 0
  let last = clock.monotonic()
  let timer: NodeJS.Timeout | null = null
  const say = (): void => {
    const seconds = (clock.monotonic() - last) / 1000
    log.info(total > 0 ? `${name}: ${done} of ${total}` : `${name} …`, {
      phase: name,
      done,
      total,
      seconds: Math.round(seconds),
    })
  }
  return {
    phase(next) {
      name = next
      done = 0
      total = 0
      last = clock.monotonic()
      timer ??= setInterval(say, EVERY_MS).unref()
    },
    total(steps) {
      total = steps
    },
    step() {
      done++
    },
    end() {
      if (timer) clearInterval(timer)
      timer = null
    },
  }
}
