/// <reference lib="dom" />

/** Fetches the page again every five seconds and puts what has changed in its place. */
export const keepFresh = (): void => {
  const EVERY_MS = 5000
  const note = (text: string): void => {
    const place = document.getElementById('fresh')
    if (place) place.textContent = text
  }
  const refresh = async (): Promise<void> => {
    const response = await fetch(location.pathname, { headers: { accept: 'text/html' } })
    if (!response.ok) throw new Error(`HTTP ${response.status}`)
    const next = new DOMParser().parseFromString(await response.text(), 'text/html')
    const [old, main] = [document.querySelector('main'), next.querySelector('main')]
    if (!old || !main) return
    const open = new Set([...old.querySelectorAll('details[open]')].map(({ id }) => id))
    for (const details of main.querySelectorAll('details')) details.open = open.has(details.id)
    const focused = document.activeElement
    // Whoever is on a link or a fold with the keyboard must not lose the place.
    if (focused && focused !== document.body && old.contains(focused)) return
    old.replaceWith(main)
    document.title = next.title
  }
  setInterval(() => {
    if (document.hidden) return
    refresh().catch(() => note(' · no answer: this is not fresh any more'))
  }, EVERY_MS)
}
