#!/usr/bin/env node
import { nodeTrouble } from './cli/node-version.ts'

// A signal asks the run to end: what is in flight finishes, and is reported. One more changes nothing, since npm and terminals send
// the same one twice, and whoever insists has SIGKILL. Only Ctrl-C again, after a while, means: at once.
const WHILE_MS = 1000
const stop = new AbortController()
let askedAt = 0
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (!stop.signal.aborted) {
      askedAt = performance.now()
      stop.abort(signal)
    } else if (signal === 'SIGINT' && performance.now() - askedAt > WHILE_MS) process.exit(130)
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
