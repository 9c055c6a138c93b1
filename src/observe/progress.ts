import cliProgress from 'cli-progress'
import type { Log } from '../lib/log.ts'
import type { Clock } from '../lib/clock.ts'
import type { Progress } from '../lib/progress.ts'

export interface TerminalProgress extends Progress {
  /** Writes a line of the log above the bar. */
  above(text: string): void
}

const CLEAR_LINE = '\r\u001b[2K'
/** The bar puts the cursor back to where it was saved when it ends: that must be below what was written meanwhile. */
const SAVE_CURSOR = '\u001b7'

/** A bar on a terminal: phase, done of total, rate and time left. */
export const terminalProgress = (stream: NodeJS.WriteStream, clock: Clock): TerminalProgress => {
  let bar: cliProgress.SingleBar | null = null
  let name = ''
  let done = 0
  let steps = 0
  let startedAt = 0
  const rate = (): number => Math.round((done * 1000) / Math.max(1, clock.monotonic() - startedAt))
  const end = (): void => {
    bar?.stop()
    bar = null
  }
  return {
    phase(next) {
      end()
      name = next
      done = 0
      startedAt = clock.monotonic()
      const format =
        steps > 0 ? '{phase} {bar} {value}/{total} · {rate}/s · {eta_formatted} left' : '{phase} …'
      bar = new cliProgress.SingleBar(
        { stream, format, hideCursor: true, clearOnComplete: true, etaBuffer: 50, forceRedraw: true },
        cliProgress.Presets.shades_classic,
      )
      bar.start(steps, 0, { phase: name, rate: 0 })
      steps = 0
    },
    total(next) {
      steps = next
    },
    step() {
      done++
      bar?.update(done, { phase: name, rate: rate() })
    },
    end,
    above(text) {
      stream.write(bar ? `${CLEAR_LINE}${text}${SAVE_CURSOR}` : text)
    },
  }
}

const EVERY_MS = 30_000

/** Where there is no terminal: a line every 30 s, so that a long run is seen to live. */
export const logProgress = (log: Log, clock: Clock): Progress => {
  let name = ''
  let done = 0
  let total = 0
  let next = 0
  let started = clock.monotonic()
  let timer: NodeJS.Timeout | null = null
  const say = (): void =>
    log.info(total > 0 ? `${name}: ${done} of ${total}` : `${name} …`, {
      phase: name,
      done,
      total,
      seconds: Math.round((clock.monotonic() - started) / 1000),
    })
  return {
    phase(phase) {
      name = phase
      done = 0
      total = next
      next = 0
      started = clock.monotonic()
      timer ??= setInterval(say, EVERY_MS).unref()
    },
    total(steps) {
      next = steps
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
