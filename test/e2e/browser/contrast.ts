/// <reference lib="dom" />

/** Runs in the page: the visible texts whose contrast is below WCAG 2.2's 4.5 : 1 (SC 1.4.3), with what it is. */
export const faintTexts = (): readonly string[] => {
  const channels = (colour: string): readonly number[] => (colour.match(/[\d.]+/g) ?? []).map(Number)
  const luminance = ([r = 0, g = 0, b = 0]: readonly number[]): number => {
    const linear = [r, g, b].map((value) => {
      const share = value / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * (linear[0] ?? 0) + 0.7152 * (linear[1] ?? 0) + 0.0722 * (linear[2] ?? 0)
  }
  const groundOf = (element: Element | null): readonly number[] => {
    for (let one = element; one; one = one.parentElement) {
      const colour = channels(getComputedStyle(one).backgroundColor)
      if (colour[3] !== 0) return colour
    }
    return [255, 255, 255]
  }
  const faint = new Set<string>()
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const element = node.parentElement
    const text = node.textContent?.trim() ?? ''
    if (!element || text === '' || !element.checkVisibility()) continue
    const [light, dark] = [
      luminance(channels(getComputedStyle(element).color)),
      luminance(groundOf(element)),
    ].sort((a, b) => b - a)
    const ratio = ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)
    if (ratio < 4.5) faint.add(`${ratio.toFixed(2)} ${element.tagName} ${text.slice(0, 40)}`)
  }
  return [...faint]
}
