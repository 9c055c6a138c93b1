import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import type { ScimPushError } from '../errors/error.ts'
import { needsAttention } from '../report/attention.ts'
import { totalOf } from '../report/counts.ts'
import type { RunReport } from '../report/report.ts'

/** Where the kubelet reads why a container ended. */
export const TERMINATION_LOG = '/dev/termination-log'
/** The kubelet keeps no more than 4,096 bytes. */
const MAX_BYTES = 4095
const MAX_MESSAGE = 500

/** One JSON line, for `kubectl describe pod` and for programs. Of many runs as many as there is room for, the worst first. */
export const terminationMessage = (exitCode: number, reports: readonly RunReport[]): string => {
  const runs = reports.map(runOf)
  const [only] = runs
  if (only && runs.length === 1) return line({ exitCode, ...only })
  const worstFirst = reports
    .map((report, n) => ({ rank: report.exitCode === 0 ? 1 : 0, run: runs[n] }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ run }) => run)
  for (let kept = worstFirst.length; kept > 0; kept--) {
    const omitted = worstFirst.length - kept
    const text = line({ exitCode, runs: worstFirst.slice(0, kept), ...(omitted > 0 && { omitted }) })
    if (Buffer.byteLength(text) <= MAX_BYTES) return text
  }
  return line({ exitCode, omitted: worstFirst.length })
}

/** Of a command that ended before any run. */
export const terminationError = (exitCode: number, error: ScimPushError): string =>
  line({ exitCode, error: errorOf(error) })

const line = (value: object): string => `${JSON.stringify(value)}\n`

const errorOf = ({ code, message }: ScimPushError): object => ({
  code,
  message: message.slice(0, MAX_MESSAGE),
})

const runOf = (report: RunReport): object => {
  const { succeeded, failed, skipped } = totalOf(report.counts)
  return {
    config: report.config,
    result: report.result,
    runId: report.runId,
    ...(report.planHash !== null && {
      planHash: report.planHash,
      done: succeeded,
      failed,
      skipped,
      withheld: report.withheld.filter(needsAttention).length,
    }),
    ...(report.error && { error: errorOf(report.error) }),
  }
}

/**
 * Writes it where the kubelet looks. Where there is no such file this is no pod, or one that wants none, and nothing is written.
 * @throws the system's error when the file is there and can't be written
 */
export const writeTerminationMessage = async (path: string, text: string): Promise<void> => {
  let file
  try {
    // Not created: on a machine of one's own it would be a stray file in /dev.
    file = await open(path, constants.O_WRONLY | constants.O_TRUNC)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return
    throw error
  }
  try {
    await file.writeFile(text)
  } finally {
    await file.close()
  }
}
