import { ScimPushError } from '../../errors/error.ts'
import { toScimPushError } from '../../errors/wrap.ts'
import { findJsonProblem } from '../../lib/json-check.ts'
import type { Log } from '../../lib/log.ts'
import { readTextFile } from '../../lib/text-file.ts'
import { doubt, failed, fault, fine, type Finding } from '../../model/finding.ts'
import type { DirectoryGraph } from '../graph.ts'
import { project } from '../project.ts'
import type { Reading, Scope, Source } from '../source.ts'
import { recordsGraph } from './graph.ts'
import { locateInRecords } from './locate.ts'
import { parseRecords } from './parse.ts'
import type { RecordsFile } from './record.ts'

/** Far more than any company has; a wrong path to a huge file ends here rather than in lack of memory. */
const MAX_BYTES = 256 * 2 ** 20
/** A file made by a faulty export has one mistake in every record: the first few tell it. */
const MAX_PROBLEMS = 20

export interface RecordsSourceOptions {
  /** JSON: `{"users": […], "groups": […]}`. Read anew on every run. */
  readonly file: string
  readonly scope: Scope
  readonly log: Log
}

/** A JSON file of users and groups as a source: the counterpart of Commander's `--source=record`. */
export const createRecordsSource = ({ file, scope, log }: RecordsSourceOptions): Source => {
  const load = async (signal: AbortSignal): Promise<{ records: RecordsFile; graph: DirectoryGraph }> => {
    signal.throwIfAborted()
    const records = await readRecords(file)
    signal.throwIfAborted()
    log.debug('read the file of records', {
      file,
      users: records.users.length,
      groups: records.groups?.length ?? 'none listed',
    })
    return { records, graph: recordsGraph(records, scope) }
  }
  const explore = async (signal: AbortSignal): Promise<Reading> => {
    const { records, graph } = await load(signal)
    // A file without a list of groups says nothing about groups: they are none of our business then, in any mode.
    const applied: Scope = records.groups === null ? { ...scope, groups: 'none' } : scope
    return { graph, scope: applied, snapshot: project(graph, applied) }
  }
  return {
    type: 'records',
    description: `records of ${file}`,
    explore,
    read: async (signal) => (await explore(signal)).snapshot,
    async locate(query, signal) {
      const { records, graph } = await load(signal)
      return locateInRecords(records, graph, query)
    },
    async check(signal) {
      try {
        const { records, graph } = await load(signal)
        return findings(file, scope, records, graph)
      } catch (cause) {
        const error = toScimPushError(cause)
        const unresolved = error.code === 'RECORDS_SCIM_GROUPS_UNRESOLVED'
        return [failed(unresolved ? 'records-scim-groups' : 'records-readable', error)]
      }
    },
    close: () => Promise.resolve(),
  }
}

/** Returns what the file says rather than its text too: that is let go before what is made of it grows. */
const readJson = async (path: string): Promise<unknown> => {
  const file = await readTextFile(path, MAX_BYTES)
  if (file.kind === 'unreadable')
    throw new ScimPushError('RECORDS_UNREADABLE', {
      message: `the file of records ${path} ${file.reason}`,
      where: path,
    })
  const broken = findJsonProblem(file.text)
  if (broken) {
    const place = `${path}:${broken.line}:${broken.column}`
    throw new ScimPushError('RECORDS_NOT_JSON', { message: `${place}: ${broken.problem}`, where: place })
  }
  return JSON.parse(file.text)
}

const readRecords = async (path: string): Promise<RecordsFile> => {
  const { file, problems } = parseRecords(await readJson(path))
  if (problems.length > 0) {
    const shown = problems.slice(0, MAX_PROBLEMS)
    const more = problems.length - shown.length
    throw new ScimPushError('RECORDS_INVALID', {
      message: [
        `${path} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:`,
        ...shown.map((problem) => `- ${problem}`),
        ...(more > 0 ? [`- and ${more} more`] : []),
      ].join('\n'),
      where: path,
    })
  }
  return file
}

const findings = (
  file: string,
  scope: Scope,
  { users, groups }: RecordsFile,
  graph: DirectoryGraph,
): Finding[] => [
  fine('records-readable', `${file} lists ${users.length} users and ${groups?.length ?? 'no'} groups`),
  ...(groups === null && scope.groups !== 'none'
    ? [doubt('records-groups', `${file} has no list "groups", so groups are left alone at the target`)]
    : []),
  ...graph.gaps.map(({ subject, detail }) =>
    fault('records-scim-groups', `SCIM group "${subject}": ${detail}`),
  ),
]
