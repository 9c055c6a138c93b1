import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { WriteStream } from 'node:tty'
import { systemClock } from '../lib/clock.ts'
import { silentLog } from '../lib/log.ts'
import { logProgress, terminalProgress } from './progress.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('progress without a terminal', () => {
  test('a line every 30 s: the phase, and how far it is', () => {
    const lines: string[] = []
    const progress = logProgress({ ...silentLog, info: (line) => lines.push(line) }, systemClock)
    progress.phase('read')
    vi.advanceTimersByTime(30_000)
    progress.total(10)
    progress.phase('apply')
    progress.step()
    vi.advanceTimersByTime(30_000)
    progress.end()
    vi.advanceTimersByTime(60_000)
    expect(lines).toEqual(['read …', 'apply: 1 of 10'])
  })
})

describe('progress on a terminal', () => {
  const terminal = () => {
    const written: string[] = []
    const stream: NodeJS.WriteStream = Object.create(WriteStream.prototype, {
      isTTY: { value: true },
      columns: { value: 120 },
      write: { value: (text: string) => written.push(text) > 0 },
    }) as NodeJS.WriteStream
    return { progress: terminalProgress(stream, systemClock), written }
  }

  test('the bar of a phase shows its own name and total', () => {
    const { progress, written } = terminal()
    progress.phase('plan')
    progress.total(10)
    progress.phase('apply')
    progress.step()
    vi.advanceTimersByTime(1000)
    expect(written.join('')).toMatch(/apply .* 1\/10/)
    progress.end()
  })

  test('a line of the log clears the bar first, and is not written over when the bar ends', () => {
    const { progress, written } = terminal()
    progress.phase('read')
    progress.above('a line\n')
    expect(written.at(-1)).toBe('\r\u001b[2Ka line\n\u001b7')
    progress.end()
    progress.above('another\n')
    expect(written.at(-1)).toBe('another\n')
  })
})
