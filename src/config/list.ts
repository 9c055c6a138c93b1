export type ParsedList =
  | { readonly kind: 'items'; readonly items: readonly string[] }
  /** Completes the setting's name. */
  | { readonly kind: 'wrong'; readonly message: string }

const wrong = (message: string): ParsedList => ({ kind: 'wrong', message })

/**
 * A list as environment variables and --set have it: a JSON array, or items on lines of their own, or items between
 * commas. A line that is a distinguished name is one item, since commas are part of it. Blanks around items are dropped,
 * and so are empty items, except from a JSON array.
 */
export const parseList = (text: string): ParsedList => {
  const whole = text.trim()
  if (whole.startsWith('[')) return parseArray(whole)
  const items: string[] = []
  for (const line of whole.split(/\r\n|\r|\n/).map((one) => one.trim())) {
    if (isDistinguishedName(line)) {
      items.push(line)
      continue
    }
    const parts = line.split(',').map((part) => part.trim())
    // Cut at its commas, a name would turn into several items that nobody meant.
    if (parts.length > 1 && parts.some((part) => part.endsWith('\\') || DN_PART.test(part)))
      return wrong(
        'mixes a distinguished name, or a name with a comma, with other items on one line; put each on a line of its own, or write a JSON array',
      )
    for (const part of parts) if (part !== '') items.push(part)
  }
  return { kind: 'items', items }
}

const parseArray = (text: string): ParsedList => {
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch {
    return wrong('begins with [ but is no JSON array; an item that begins with [ must be in one: ["[item]"]')
  }
  if (!Array.isArray(data)) return wrong('must be a JSON array')
  const items: string[] = []
  for (const item of data as readonly unknown[]) {
    if (typeof item !== 'string' || item.trim() === '')
      return wrong('must be a JSON array of texts that are not empty')
    items.push(item.trim())
  }
  return { kind: 'items', items }
}

const DN_PART = /^(?:CN|OU|DC|O|L|ST|C|UID)\s*=/i
/** An attribute's type (RFC 4514 §3: a name or an OID), an equals sign and a value. */
const ATTRIBUTE = /^\s*(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)\s*=\s*\S/

/** True for `CN=Doe\, John,OU=x,DC=y`: every part between commas that are not escaped is an attribute with a value. */
const isDistinguishedName = (line: string): boolean =>
  splitUnescaped(line).every((part) => ATTRIBUTE.test(part))

const splitUnescaped = (line: string): string[] => {
  const parts: string[] = []
  let start = 0
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '\\') at++
    else if (line[at] === ',') {
      parts.push(line.slice(start, at))
      start = at + 1
    }
  }
  return [...parts, line.slice(start)]
}
