// Measures the program as its users run it, and Keeper Commander beside it, on the same emulators: docs/performance.md.
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeDocs } from './docs.ts'
import { measureExtras } from './extras.ts'
import { parseFlags, usage, type Flags } from './flags.ts'
import { builtProgram, ourPush } from './ours.ts'
import { installedCommander, peerPush } from './peer.ts'
import { writeRecords } from './records.ts'
import { resultOf, type Result } from './result.ts'
import { runCase, type Measurement } from './run-case.ts'
import { earlier, saveResults } from './saved.ts'
import { textTable, verdictText } from './table.ts'
import { judge } from './targets.ts'
import { workloads, type Case } from './workload.ts'

const benchCase = async (what: Case, flags: Flags, main: string, recordsFile: string): Promise<Result[]> => {
  const { conditions, runs } = flags
  const peerRuns = what.bulk ? 0 : flags.peerRuns(what)
  const python = peerRuns > 0 ? await installedCommander() : ''
  if (what.source === 'records') await writeRecords(recordsFile, what.size, workloads[what.workload].source)
  const ours: Measurement[] = []
  const peer: Measurement[] = []
  // By turns, so that whatever else the machine does befalls both.
  for (let run = 0; run < Math.max(runs, peerRuns); run++) {
    if (run < runs)
      ours.push(await runCase(what, conditions, (env) => ourPush(main, what.source, recordsFile, env)))
    if (run < peerRuns)
      peer.push(await runCase(what, conditions, (env) => peerPush(python, what, recordsFile, env)))
  }
  return [
    resultOf('scim-push', what, conditions, ours),
    ...(peer.length > 0 ? [resultOf('commander', what, conditions, peer)] : []),
  ]
}

const bench = async (flags: Flags): Promise<void> => {
  const machine = { cores: availableParallelism(), load: loadavg()[0] ?? 0 }
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  try {
    const recordsFile = join(folder, 'people.json')
    const main = await builtProgram()
    const extras = await measureExtras(flags.runs, recordsFile)
    const results: Result[] = []
    for (const what of flags.cases) {
      process.stderr.write(
        `${what.size.users} users, ${what.workload} ${workloads[what.workload].title} from ${what.source}${what.bulk ? ' with Bulk' : ''}\n`,
      )
      results.push(...(await benchCase(what, flags, main, recordsFile)))
    }
    results.push(...(await earlier(flags.add, flags.conditions)))
    const verdicts = judge(results, extras)
    process.stdout.write(`${textTable(results)}\n${verdictText(verdicts)}\n`)
    if (flags.writeDocs) await writeDocs(results, verdicts, process.argv.slice(2), machine)
    if (flags.json !== null)
      await saveResults(flags.json, { conditions: flags.conditions, results, extras, targets: verdicts })
  } finally {
    await rm(folder, { recursive: true })
  }
}

if (process.argv.includes('--help')) process.stdout.write(usage)
else await bench(parseFlags(process.argv.slice(2)))
