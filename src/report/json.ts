import type { Outcome } from '../apply/outcome.ts'
import type { ScimPushError } from '../errors/error.ts'
import { printableJson } from './printable.ts'
import type { ReportedAction, RunReport } from './report.ts'
import { approvableHash } from './withheld-removals.ts'

/** Names the shape of the JSON report; a change that breaks readers changes it. Documented in docs/report.schema.json. */
export const REPORT_VERSION = 'scim-push.io/report/v1'

/** A value as a JSON document, for programs and for the terminal on which somebody looks at it. */
export const jsonDocument = (value: object): string => `${printableJson(JSON.stringify(value, null, 2))}\n`

/** The report as JSON, one document, ending in a line feed. */
export const renderJson = (report: RunReport): string => [...jsonParts(report)].join('')

/** The same in parts: of a million actions it has more than a text can hold. May be gone through more than once. */
export const jsonParts = (report: RunReport): Iterable<string> => ({
  *[Symbol.iterator]() {
    const whole = jsonDocument({
      ...reportJson({ ...report, actions: [], withheld: [] }),
      approvableHash: approvableHash(report),
    })
    // No value has a line feed of its own in it, so these lines are there once.
    const [beforeActions = '', afterActions = ''] = whole.split(`\n${EMPTY_ACTIONS}`)
    const [between = '', end = ''] = afterActions.split(`\n${EMPTY_WITHHELD}`)
    yield `${beforeActions}\n`
    yield* listParts(EMPTY_ACTIONS, report.actions, actionJson)
    yield `${between}\n`
    yield* listParts(EMPTY_WITHHELD, report.withheld, (entry) => entry)
    yield end
  },
})

const EMPTY_ACTIONS = '  "actions": []'
const EMPTY_WITHHELD = '  "withheld": []'
/** Entries in one part. */
const AT_ONCE = 1000

/** A list in the place of an empty one, written as JSON.stringify writes it with an indent of two. */
function* listParts<T>(
  empty: string,
  entries: readonly T[],
  json: (entry: T) => object,
): Generator<string, void, void> {
  if (entries.length === 0) {
    yield empty
    return
  }
  yield empty.slice(0, -1)
  for (let at = 0; at < entries.length; at += AT_ONCE) {
    const texts = entries
      .slice(at, at + AT_ONCE)
      .map((entry) => `\n    ${JSON.stringify(json(entry), null, 2).replaceAll('\n', '\n    ')}`)
    yield printableJson(`${at > 0 ? ',' : ''}${texts.join(',')}`)
  }
  yield '\n  ]'
}

export const reportJson = (report: RunReport): object => ({
  version: REPORT_VERSION,
  runId: report.runId,
  config: report.config,
  carrier: report.carrier,
  command: report.command,
  result: report.result,
  exitCode: report.exitCode,
  dryRun: report.dryRun,
  planHash: report.planHash,
  approved: report.approved,
  approvableHash: approvableHash(report),
  staleApprovals: report.staleApprovals,
  fingerprints: report.fingerprints,
  moved: report.moved,
  startedAt: report.startedAt.toISOString(),
  finishedAt: report.finishedAt.toISOString(),
  source: report.source,
  target: report.target,
  counts: report.counts,
  actions: report.actions.map(actionJson),
  withheld: report.withheld,
  gaps: report.gaps,
  warnings: report.warnings.map(errorJson),
  phases: report.phases,
  requests: report.requests,
  error: report.error && errorJson(report.error),
})

const actionJson = ({ kind, subject, user, group, reason, changes, outcome }: ReportedAction): object => ({
  kind,
  subject,
  user,
  group,
  reason,
  changes,
  status: outcome?.status ?? 'planned',
  error: outcome && outcomeError(outcome),
})

const outcomeError = (outcome: Outcome): object | null => {
  switch (outcome.status) {
    case 'succeeded':
      return null
    case 'failed':
      return errorJson(outcome.error)
    case 'skipped':
      return { code: 'SKIPPED', message: outcome.reason, where: null, remedy: '' }
  }
}

export const errorJson = ({ code, message, where, remedy }: ScimPushError): object => ({
  code,
  message,
  where,
  remedy,
})
