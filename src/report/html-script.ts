/// <reference lib="dom" />
import type { PageData } from './html-data.ts'

/**
 * Fills the table of all changes, a page at a time, and filters it. Texts are searched once each, however many entries share them, so
 * that a search in 100,000 entries ends between two key presses.
 */
export const exploreChanges = (): void => {
  const ROWS = 200
  const FIELDS = 7
  const part = (id: string): HTMLElement => {
    const element = document.getElementById(id)
    if (!element) throw new Error(`the page has no #${id}`)
    return element
  }
  const field = (id: string): HTMLInputElement | HTMLSelectElement => {
    const element = part(id)
    if (element instanceof HTMLInputElement || element instanceof HTMLSelectElement) return element
    throw new Error(`#${id} is no field`)
  }
  const { strings, removals, reports } = JSON.parse(part('data').textContent) as PageData
  const folded = strings.map((text) => text.normalize('NFC').toLowerCase())
  const textOf = (place: number | undefined): string => strings[place ?? 0] ?? ''

  const total = reports.reduce((sum, { entries }) => sum + entries.length / FIELDS, 0)
  const all = new Int32Array(total * FIELDS)
  const configs = new Int32Array(total)
  let filled = 0
  for (const { config, entries } of reports) {
    configs.fill(config, filled / FIELDS, (filled + entries.length) / FIELDS)
    all.set(entries, filled)
    filled += entries.length
  }

  const several = reports.length > 1
  const search = field('search')
  const [kind, reason, status] = [field('kind'), field('reason'), field('status')]
  const config = several ? field('config') : null
  const found = new Int32Array(total)
  let count = 0
  let page = 0

  const filter = (): void => {
    const words = search.value.normalize('NFC').toLowerCase().split(/\s+/).filter(Boolean)
    const hits = words.map((word) => Uint8Array.from(folded, (text) => (text.includes(word) ? 1 : 0)))
    const kinds = kind.value === 'removals' ? removals : kind.value === '' ? null : [Number(kind.value)]
    const wanted = {
      reason: Number(reason.value),
      status: Number(status.value),
      config: Number(config?.value ?? 0),
    }
    count = 0
    for (let entry = 0; entry < total; entry++) {
      const at = entry * FIELDS
      if (kinds && !kinds.includes(all[at] ?? 0)) continue
      if (wanted.reason && all[at + 3] !== wanted.reason) continue
      if (wanted.status && all[at + 5] !== wanted.status) continue
      if (wanted.config && configs[entry] !== wanted.config) continue
      // In its user, group, detail and error.
      const has = (hit: Uint8Array): boolean =>
        [1, 2, 4, 6].some((offset) => hit[all[at + offset] ?? 0] === 1)
      if (hits.every(has)) found[count++] = entry
    }
    show(0)
  }

  const cell = (
    row: HTMLElement,
    label: string,
    ...texts: readonly { text: string; style?: string; fold?: boolean }[]
  ): void => {
    const td = document.createElement('td')
    td.setAttribute('role', 'cell')
    td.dataset['label'] = label
    let content: HTMLElement = document.createElement('div')
    td.append(content)
    for (const { text, style, fold = false } of texts) {
      if (text === '') continue
      const line = document.createElement(fold ? 'summary' : 'div')
      // A name keeps its writing direction to itself.
      const own = document.createElement('bdi')
      own.textContent = text
      line.append(own)
      if (style) line.className = style
      if (fold) {
        const details = document.createElement('details')
        content.append(details)
        content = details
      }
      content.append(line)
    }
    row.append(td)
  }

  const tones: Readonly<Record<string, string>> = {
    succeeded: 'good',
    failed: 'bad',
    skipped: 'notice',
    withheld: 'notice',
  }
  // Why a hundred are withheld is said once, above; here it is folded.
  const withheld = strings.indexOf('withheld')
  const withheldFor = new Map<number, number>()
  for (let at = 0; at < all.length; at += FIELDS) {
    const detail = all[at + 4] ?? 0
    if (all[at + 5] === withheld) withheldFor.set(detail, (withheldFor.get(detail) ?? 0) + 1)
  }
  const rowOf = (entry: number): HTMLElement => {
    const row = document.createElement('tr')
    row.setAttribute('role', 'row')
    const at = entry * FIELDS
    const [what, user, group, why, detail, became, error] = Array.from(all.subarray(at, at + FIELDS), textOf)
    if (several) cell(row, 'SyncConfig', { text: textOf(configs[entry]) })
    cell(row, 'Change', { text: what ?? '', style: removals.includes(all[at] ?? 0) ? 'bad' : '' })
    cell(row, 'User', { text: user ?? '' })
    cell(row, 'Group', { text: group ?? '' })
    const fold = all[at + 5] === withheld && detail !== '' && (withheldFor.get(all[at + 4] ?? 0) ?? 0) > 1
    cell(row, 'Why', { text: why ?? '', fold }, { text: detail ?? '', style: 'quiet' })
    cell(
      row,
      'Status',
      { text: became ?? '', style: tones[became ?? ''] ?? '' },
      { text: error ?? '', style: 'quiet' },
    )
    return row
  }

  const number = (value: number): string => value.toLocaleString('en-US')
  const pages = (): number => Math.max(1, Math.ceil(count / ROWS))
  const show = (to: number): void => {
    page = Math.min(Math.max(0, to), pages() - 1)
    const rows = Array.from(found.subarray(page * ROWS, Math.min(count, (page + 1) * ROWS)), rowOf)
    part('rows').replaceChildren(...rows)
    part('matches').textContent =
      count === total
        ? `${number(total)} ${total === 1 ? 'entry' : 'entries'}`
        : `${number(count)} of ${number(total)} match`
    part('page').textContent = `Page ${number(page + 1)} of ${number(pages())}`
    part('pager').hidden = pages() === 1
    // Not `disabled`, which would take the focus away from who has just pressed it.
    part('previous').setAttribute('aria-disabled', String(page === 0))
    part('next').setAttribute('aria-disabled', String(page === pages() - 1))
  }
  const turn = (by: number): void => {
    const before = page
    show(page + by)
    if (page !== before) part('explorer').scrollIntoView()
  }

  for (const one of [search, kind, reason, status, config]) one?.addEventListener('input', filter)
  part('clear').addEventListener('click', () => {
    for (const one of [search, kind, reason, status, config]) if (one) one.value = ''
    filter()
    search.focus()
  })
  part('previous').addEventListener('click', () => turn(-1))
  part('next').addEventListener('click', () => turn(1))
  for (const element of document.querySelectorAll<HTMLElement>('[data-without-script]')) element.hidden = true
  part('explorer').hidden = false
  filter()
}
