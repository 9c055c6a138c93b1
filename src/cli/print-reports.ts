import type { RunReport } from '../report/report.ts'
import { renderReportsSummary } from '../report/reports.ts'
import { renderText } from '../report/text.ts'
import type { PushFlags } from './options.ts'
import type { Prepared } from './prepare.ts'
import { logError, printError } from './print-error.ts'
import { renderDocument, renderDocuments } from './render.ts'
import type { Session } from './session.ts'
import type { Work } from './work.ts'

/** A report as soon as it is there; of several as one document all of them at the end. */
export const printOne = async (
  session: Session<PushFlags>,
  { several }: Work,
  { context: { log }, task }: Prepared,
  report: RunReport,
): Promise<void> => {
  const { command, error, result, exitCode, planHash } = report
  const { flags, colour } = session
  const began = report.source.description !== ''
  // What ended before it began is an error of the command, and is told as one.
  if (error && !began && !several) {
    await printError(command, error, exitCode, session)
    return
  }
  if (flags.output === 'text') await session.print(`${renderText(report, { colour })}${several ? '\n' : ''}`)
  else if (flags.output !== 'none' && !several)
    await session.print(await renderDocument(flags.output, report))
  if (error) logError(log, `${command} failed`, error)
  if (!began && !several) return
  log.info('run ended', {
    ...(several && { document: task.origin }),
    result,
    exitCode,
    ...(planHash !== null && { planHash }),
    withheld: report.withheld.length,
  })
}

/** What is said of several runs together. */
export const printEnd = async (
  session: Session<PushFlags>,
  { several }: Work,
  reports: readonly RunReport[],
  exitCode: number,
): Promise<void> => {
  const { output } = session.flags
  if (!several || output === 'none') return
  await session.print(
    output === 'text'
      ? renderReportsSummary(reports, exitCode)
      : await renderDocuments(output, reports, exitCode),
  )
}
