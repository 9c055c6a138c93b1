import type { ScimPushError } from '../errors/error.ts'
import { countActions } from './counts.ts'
import type { Result } from './exit-code.ts'
import type { RunReport, SideReport } from './report.ts'

const unread: SideReport = { description: '', users: null, groups: null, memberships: null }

interface Facts {
  readonly runId: string
  readonly config: string
  readonly command: RunReport['command']
  readonly carrier?: RunReport['carrier']
  readonly result: Result
  readonly exitCode: number
  readonly at: Date
  readonly error: ScimPushError | null
  /** Of a push that would have been one. */
  readonly dryRun?: boolean
}

/** The report of a command that read nothing: it is suspended, or its configuration is wrong. */
export const reportWithoutRun = ({ at, ...facts }: Facts): RunReport => ({
  dryRun: facts.command === 'plan',
  carrier: null,
  ...facts,
  planHash: null,
  approved: false,
  staleApprovals: [],
  nextPlanHash: null,
  fingerprints: null,
  moved: null,
  startedAt: at,
  finishedAt: at,
  source: unread,
  target: unread,
  counts: countActions([]),
  actions: [],
  withheld: [],
  gaps: [],
  warnings: [],
  phases: {},
  requests: {},
})
