#!/usr/bin/env node
import { runCli } from './cli/program.ts'

// The first signal asks the run to end: what is in flight finishes, and is reported. The second one ends it at once.
const stop = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143)
    stop.abort(signal)
  })
}

process.exitCode = await runCli(process.argv.slice(2), stop.signal)
