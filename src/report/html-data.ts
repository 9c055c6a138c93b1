import { shown } from './html-parts.ts'
import { byKind, removalKinds } from './kinds.ts'
import type { ReportedAction, RunReport } from './report.ts'
import { changesWords, reasonWords } from './words.ts'
import type { Withheld } from '../plan/withheld.ts'

/** How many numbers an entry is. */
const FIELDS = 7

/**
 * All entries of a page in little room: each text is there once, and an entry is `kind, user, group, reason, detail, status, error`
 * as seven numbers. `status` is what became of an action, or `withheld`.
 */
export interface PageData {
  readonly strings: readonly string[]
  /** The kinds that take something away. */
  readonly removals: readonly number[]
  readonly reports: readonly { readonly config: number; readonly entries: readonly number[] }[]
}

/** What a filter offers: a place in `strings`, and how many entries have it. */
export interface Choice {
  readonly value: number
  readonly text: string
  readonly count: number
}

export interface Choices {
  readonly kinds: readonly Choice[]
  readonly reasons: readonly Choice[]
  readonly statuses: readonly Choice[]
  readonly configs: readonly Choice[]
  /** How many entries take something away, or would. */
  readonly removals: number
  readonly entries: number
}

/** The entries of some reports, what is taken away first, and what they can be filtered by. */
export const pageData = (
  reports: readonly RunReport[],
): { readonly data: PageData; readonly choices: Choices } => {
  const { strings, placer } = textTable()
  const [kindAt, reasonAt, textAt] = [placer(kindWords), placer(reasonWords), placer(shown)]
  const counts = { kinds: counter(), reasons: counter(), statuses: counter() }
  const removals = [...removalKinds].map(kindAt)
  const data = reports.map(({ config, actions, withheld }) => {
    const entries: number[] = []
    const add = (one: Entry): void => {
      const [kind, reason, status] = [kindAt(one.kind), reasonAt(one.reason), textAt(one.status)]
      entries.push(
        kind,
        textAt(one.user),
        textAt(one.group),
        reason,
        textAt(one.detail),
        status,
        textAt(one.error),
      )
      counts.kinds.add(kind)
      counts.reasons.add(reason)
      counts.statuses.add(status)
    }
    const kinds = byKind(actions)
    for (const { kind, actions: some } of kinds)
      if (removalKinds.has(kind)) for (const one of some) add(ofAction(one))
    for (const one of withheld) add(ofWithheld(one))
    for (const { kind, actions: some } of kinds)
      if (!removalKinds.has(kind)) for (const one of some) add(ofAction(one))
    return { config: textAt(config), entries }
  })
  const choicesOf = ({ counts: all }: Counter): readonly Choice[] =>
    [...all].map(([value, count]) => ({ value, text: strings[value] ?? '', count }))
  return {
    data: { strings, removals, reports: data },
    choices: {
      kinds: choicesOf(counts.kinds),
      reasons: choicesOf(counts.reasons),
      statuses: choicesOf(counts.statuses),
      configs: data.map(({ config, entries }) => ({
        value: config,
        text: strings[config] ?? '',
        count: entries.length / FIELDS,
      })),
      removals: removals.reduce((sum, kind) => sum + (counts.kinds.counts.get(kind) ?? 0), 0),
      entries: data.reduce((sum, { entries }) => sum + entries.length / FIELDS, 0),
    },
  }
}

/** As the report has it. */
interface Entry {
  readonly kind: string
  readonly user: string
  readonly group: string
  readonly reason: string
  readonly detail: string
  readonly status: string
  readonly error: string
}

/** `user.create` → `user create`. */
const kindWords = (kind: string): string => kind.replace('.', ' ')

const ofAction = (action: ReportedAction): Entry => ({
  kind: action.kind,
  user: action.user ?? '',
  group: action.group ?? '',
  reason: action.reason,
  detail: changesWords(action),
  status: action.outcome?.status ?? 'planned',
  error: errorOf(action),
})

const errorOf = ({ outcome }: ReportedAction): string => {
  switch (outcome?.status) {
    case undefined:
    case 'succeeded':
      return ''
    case 'failed':
      return `${outcome.error.code}: ${outcome.error.message}`
    case 'skipped':
      return outcome.reason
  }
}

const ofWithheld = ({ kind, action, user, group, reason, detail }: Withheld): Entry => ({
  kind: action ?? kind,
  user: user ?? '',
  group: group ?? '',
  reason,
  detail,
  status: 'withheld',
  error: '',
})

/** Texts, each once. A placer makes a text of what the report has, once for each that is different, and answers with its place. */
const textTable = (): {
  readonly strings: readonly string[]
  readonly placer: (textOf: (raw: string) => string) => (raw: string) => number
} => {
  const strings = ['']
  const places = new Map([['', 0]])
  const placeOf = (text: string): number => {
    const place = places.get(text) ?? strings.push(text) - 1
    places.set(text, place)
    return place
  }
  return {
    strings,
    placer(textOf) {
      const known = new Map<string, number>()
      return (raw) => {
        const before = known.get(raw)
        if (before !== undefined) return before
        const place = placeOf(textOf(raw))
        known.set(raw, place)
        return place
      }
    },
  }
}

interface Counter {
  readonly counts: ReadonlyMap<number, number>
  readonly add: (value: number) => void
}

const counter = (): Counter => {
  const counts = new Map<number, number>()
  return { counts, add: (value) => void counts.set(value, (counts.get(value) ?? 0) + 1) }
}
