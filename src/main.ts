#!/usr/bin/env node
import { nodeTrouble } from './cli/node-version.ts'

// The first signal asks the run to end: what is in flight finishes, and is reported. The second one ends it at once.
const stop = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143)
    stop.abort(signal)
  })
}

// A run is not left half-done because nobody reads its log any more. Whoever writes a result learns of it from the write itself.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

const trouble = nodeTrouble(process.version)
if (trouble === null) {
  // Not before the check: an old Node.js may not even load it.
  const { runCli } = await import('./cli/program.ts')
  process.exitCode = await runCli(process.argv.slice(2), stop.signal)
} else {
  process.stderr.write(`${trouble}\n`)
  process.exitCode = 78
}
