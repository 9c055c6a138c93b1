import {
  bulkMatrix,
  bulkRequests,
  operationMatrix,
  operationTitles,
  type BulkRow,
} from '../../test/faults/bulk-matrix.ts'
import { directoryFaults, directoryMatrix, directoryRequests } from '../../test/faults/directory-matrix.ts'
import { faults, families } from '../../test/faults/faults.ts'
import { matrix } from '../../test/faults/matrix.ts'
import type { Promised } from '../../test/faults/promise.ts'
import { requests } from '../../test/faults/requests.ts'
import type { Row } from '../../test/faults/rows.ts'
import { rfc7644Matrix } from '../../test/faults/scim-matrix.ts'
import { serviceMatrix, serviceRequests } from '../../test/faults/services-matrix.ts'
import { assertNever } from '../../src/lib/assert-never.ts'
import { generated, table } from './markdown.ts'

/** docs/faults.md */
export const faultsPage = (): string => `${generated}

# Faults

What a run does when a network, a proxy or a service fails it. The tables are not only a promise: the tests play every cell of them
(\`test/faults\`, \`npm test\`), with a source that has one of every kind of change to push. In each of them nothing is removed that a run
without the fault would not remove, nothing is created twice, and the next run without a fault ends where it would have ended without
any.

- The **target** is read whole or not at all: whatever can't be read ends the run before anything is written.
- What can't be read of the **source** is a *gap*. Removals that could rest on it are withheld, all else is done, and the exit code is 3. Only
  where nothing useful was read at all, or the credentials are refused, does the run end.
- A **change** that fails is reported, and all others are tried. Refused credentials stop the run, and so do three changes in a row
  whose requests were not answered after all tries.
- What passes is tried again: reads, changes and deletions as they are; a creation only after a look-up that does not find it.
  \`Retry-After\` is obeyed, in seconds and as a date. A longer pause than a run is ready to wait for ends the waiting at once.
- What is to be deleted, or was in a list a moment ago, and is not found counts as gone. The next run sees what is there.
- A list whose pages repeat, overlap or contradict each other is not taken for the whole.
- An answer that comes byte by byte ends with the time for the whole of it: 3 minutes at the SCIM endpoint, 1 minute at Google, 130
  seconds for a page of Active Directory.

What can't be told: a page of Google's or of a domain controller's that lacks entries and says that it is the last. \`maxRemovals\` is what
stands behind that.

*Once* is one request that fails; *from then on* is that request and all that go to the service after it. Codes are those of
[errors.md](errors.md), the number is the exit code ([exit-codes.md](exit-codes.md)).

These go together:

${table(
  ['Name', 'Faults'],
  Object.entries(families).map(([name, members]) => [
    `**${name}**`,
    members.map((member) => faults[member]).join('; '),
  ]),
)}

## Google Workspace

${pageOf('google')}

## Active Directory

${tablesOf(directoryRequests, directoryFaults, directoryMatrix)}

## The SCIM endpoint

"Stopped" with exit code 4 says that something was written, or may have been; the report has what became of each change.

${pageOf('scim')}

### Bulk

Where the endpoint offers Bulk, changes that go together are in one request. *Every Bulk* is that Bulk and all after it, while the endpoint
takes every other request. What is refused in a Bulk is tried alone where it may be the Bulk that is refused: an endpoint that does not take
Bulks at all, or not so many changes at once, gets every change all the same. After an answer that makes no sense, or none, what was to be
created is looked up, and the rest repeated, in smaller Bulks or alone.

${tablesOf(bulkRequests, faults, bulkMatrix, bulkColumns('Every Bulk'))}

And of the operations in a Bulk, each with a status of its own:

${tablesOf(operationTitles, faults, operationMatrix, bulkColumns('Every operation'))}

## The cluster and the Pushgateway

A lock that is lost in the middle of a run stops it (75 \`LOCK_LOST\`).

${tablesOf(serviceRequests, faults, serviceMatrix)}
`

interface Column<R> {
  readonly title: string
  readonly promised: (row: R) => Promised
}
const columns = [
  { title: 'Once', promised: ({ once }: Row<string>) => once },
  { title: 'From then on', promised: ({ thenOn }: Row<string>) => thenOn },
] as const

function bulkColumns(every: string): readonly Column<BulkRow>[] {
  return [columns[0], { title: every, promised: ({ each }) => each }, columns[1]]
}

function pageOf(service: 'google' | 'scim'): string {
  const ours = Object.fromEntries(
    Object.entries(requests).flatMap(([id, one]) =>
      one.service === service ? [[id, one.title] as const] : [],
    ),
  )
  return tablesOf(ours, faults, { ...matrix, ...rfc7644Matrix })
}

/** A table for all requests that have the same promises. */
function tablesOf<F extends string, R extends Row<F>>(
  titles: Readonly<Record<string, string>>,
  words: Readonly<Record<F, string>>,
  promises: Readonly<Record<string, readonly R[]>>,
  shown: readonly Column<R>[] = columns,
): string {
  const groups = Map.groupBy(
    Object.entries(titles).filter(([id]) => id in promises),
    ([id]) => JSON.stringify(promises[id]),
  )
  return [...groups.values()]
    .map((group) => {
      const rows = promises[group[0]?.[0] ?? ''] ?? []
      const head = group.map(([, title]) => `- ${title}`).join('\n')
      const cells = merged<F, R>(rows, shown).map(({ faults: some, promised }) => [
        named(some, words).join('; '),
        ...promised.map(said),
      ])
      return `${head}\n\n${table(['Fault', ...shown.map(({ title }) => title)], cells)}`
    })
    .join('\n\n')
}

/** Rows that promise the same are one. */
const merged = <F extends string, R extends Row<F>>(rows: readonly R[], shown: readonly Column<R>[]) => {
  const promisedOf = (row: R): readonly Promised[] => shown.map(({ promised }) => promised(row))
  return [...Map.groupBy(rows, (row) => JSON.stringify(promisedOf(row))).values()].flatMap((alike) => {
    const [first] = alike
    return first ? [{ faults: alike.flatMap((one) => one.faults), promised: promisedOf(first) }] : []
  })
}

/** Faults in words; whole families by their name. */
const named = <F extends string>(
  some: readonly F[],
  words: Readonly<Record<F, string>>,
): readonly string[] => {
  const whole = Object.entries(families).filter(([, members]) =>
    members.every((member) => some.some((fault) => fault === member)),
  )
  const covered = new Set<string>(whole.flatMap(([, members]) => members))
  return [
    ...whole.map(([name]) => `**${name}**`),
    ...some.filter((fault) => !covered.has(fault)).map((fault) => words[fault]),
  ]
}

const said = ({ outcome, exit, code }: Promised): string => {
  const named = code === null ? '' : ` \`${code}\``
  switch (outcome) {
    case 'recovered':
      return 'recovered'
    case 'believed':
      return 'counts as gone'
    case 'warned':
      return `a warning${named}`
    case 'gap':
      return `gap, ${exit}`
    case 'action failed':
      return `the change fails, ${exit}${named}`
    case 'ended':
      return `ended, nothing written, ${exit}${named}`
    case 'stopped':
      return `stopped, ${exit}${named}`
    default:
      return assertNever(outcome)
  }
}
