/// <reference lib="dom" />

/** Fetches the page again every five seconds and puts what has changed in its place. */
export const keepFresh = (): void => {
  const EVERY_MS = 5000
  const note = (text: string): void => {
    const place = document.getElementById('fresh')
    if (place) place.textContent = text
  }
  /** The link to the same place or the fold of the same part; else what stands at its place. */
  const sameAs = (one: Element, old: Element, main: Element): HTMLElement | null => {
    const [before, after] = [old, main].map((all) => [...all.querySelectorAll<HTMLElement>(one.localName)])
    const keyOf = (each: Element): string => each.getAttribute('href') ?? each.closest('[id]')?.id ?? ''
    const n = before?.findIndex((each) => each === one) ?? -1
    return after?.find((each) => keyOf(each) === keyOf(one)) ?? after?.[n] ?? null
  }
  const refresh = async (): Promise<void> => {
    const response = await fetch(location.pathname, { headers: { accept: 'text/html' } })
    if (!response.ok) throw new Error(`HTTP ${response.status}`)
    const next = new DOMParser().parseFromString(await response.text(), 'text/html')
    const [old, main] = [document.querySelector('main'), next.querySelector('main')]
    if (!old || !main) return
    const open = new Set([...old.querySelectorAll('details[open]')].map(({ id }) => id))
    for (const details of main.querySelectorAll('details')) details.open = open.has(details.id)
    // Whoever is on a link or a fold with the keyboard must not lose the place, nor stay with what is old.
    const focused = document.activeElement
    const inFocus = focused && old.contains(focused) ? sameAs(focused, old, main) : null
    old.replaceWith(main)
    inFocus?.focus({ preventScroll: true })
    document.title = next.title
  }
  setInterval(() => {
    if (document.hidden) return
    refresh().catch(() => note(' · no answer: this is not fresh any more'))
  }, EVERY_MS)
}
