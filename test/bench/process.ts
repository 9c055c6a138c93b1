import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a whole process took, from its start to its end. */
export interface Cost {
  readonly wallMs: number
  /** User and system. */
  readonly cpuMs: number
  readonly peakMemoryMb: number
  /** The wall time without the start of the process, where that is known. */
  readonly pushMs?: number
}

/** Where a measured process writes what it used, as `{cpuMs, peakMemoryMb}`, and `pushMs` where it is known. */
const USAGE_FILE = 'BENCH_USAGE_FILE'

/** For `node --import`: writes it at the very end. Costs a process one small module more. */
export const reportsUsage = `data:text/javascript,${encodeURIComponent(`
import { writeFileSync } from 'node:fs'
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  const usage = { cpuMs: (userCPUTime + systemCPUTime) / 1000, peakMemoryMb: maxRSS / 1024 }
  writeFileSync(process.env.${USAGE_FILE}, JSON.stringify(usage))
})`)}`

export interface Command {
  readonly program: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** Runs a program to its end. @throws Error with its output, when it does not end with 0 */
export const measure = async ({
  program,
  args,
  env,
}: Command): Promise<Cost & { readonly output: string }> => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-usage-'))
  try {
    const file = join(folder, 'usage.json')
    const started = performance.now()
    const child = spawn(program, args, {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env, [USAGE_FILE]: file },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => (output += part.toString('utf8')))
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', resolve)
    })
    const wallMs = performance.now() - started
    if (code !== 0)
      throw new Error(`${program} ${args.join(' ')} ended with ${String(code)}:\n${output.slice(-4000)}`)
    const usage = JSON.parse(await readFile(file, 'utf8')) as Omit<Cost, 'wallMs'>
    return { wallMs, ...usage, output }
  } finally {
    await rm(folder, { recursive: true })
  }
}
