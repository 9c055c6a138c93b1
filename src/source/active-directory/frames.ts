/**
 * Cuts what a server sends into LDAP messages (RFC 4511 §4.1.1), and looks at each before ldapts does: that one follows a negative
 * length backwards and a missing part for ever, takes a paging cookie that it can't read for the end of the list, and calls itself
 * once for every message of a packet.
 */
export interface Frames {
  /** The whole messages that these bytes complete. @throws Error what came is not LDAP, or too long for it */
  push(bytes: Buffer): readonly Buffer[]
}

/** A page of groups has some megabytes, in a message for each; one message is never near this. */
const LONGEST_MESSAGE = 64 * 2 ** 20

export const createFrames = (longest = LONGEST_MESSAGE): Frames => {
  let chunks: Buffer[] = []
  let held = 0
  /** How many bytes there must be before it is worth looking again. */
  let wanted = 0
  return {
    push(bytes) {
      chunks.push(bytes)
      held += bytes.length
      if (held < wanted) return []
      let rest = chunks.length === 1 ? bytes : Buffer.concat(chunks, held)
      const messages: Buffer[] = []
      wanted = 0
      while (rest.length > 0) {
        const head = readHead(rest, 0)
        if (rest[0] !== SEQUENCE) throw new Error('a message does not begin as one')
        const size = head && head.start + head.length
        if (size !== null && size > longest) throw new Error(`a message has ${size} bytes`)
        if (size === null || size > rest.length) {
          wanted = size ?? 0
          break
        }
        const message = rest.subarray(0, size)
        checkMessage(message)
        messages.push(message)
        rest = rest.subarray(size)
      }
      chunks = rest.length > 0 ? [rest] : []
      held = rest.length
      return messages
    },
  }
}

const INTEGER = 0x02
const OCTETS = 0x04
const ENUMERATED = 0x0a
const BOOLEAN = 0x01
const SEQUENCE = 0x30
const SET = 0x31
const CONTROLS = 0xa0
const SEARCH_ENTRY = 0x64
const SEARCH_REFERENCE = 0x73
/** bindResponse, searchResDone, extendedResp */
const RESULTS: readonly number[] = [0x61, 0x65, 0x78]
const PAGED_RESULTS = '1.2.840.113556.1.4.319'

/** Where an element's contents are; null while its head is not all there. */
const readHead = (bytes: Buffer, at: number): { readonly start: number; readonly length: number } | null => {
  const first = bytes[at + 1]
  if (first === undefined) return null
  if (first < 0x80) return { start: at + 2, length: first }
  const more = first & 0x7f
  if (more === 0 || more > 4) throw new Error('a length is of no kind that LDAP has')
  const start = at + 2 + more
  return bytes.length < start ? null : { start, length: bytes.readUIntBE(at + 2, more) }
}

interface Part {
  readonly tag: number
  readonly contents: Buffer
}

/** The elements that fill these bytes exactly. */
const partsOf = (bytes: Buffer): readonly Part[] => {
  const parts: Part[] = []
  for (let at = 0; at < bytes.length;) {
    const head = readHead(bytes, at)
    const end = head ? head.start + head.length : Number.NaN
    if (!head || end > bytes.length) throw new Error('an element goes on past the one around it')
    parts.push({ tag: bytes[at] ?? 0, contents: bytes.subarray(head.start, end) })
    at = end
  }
  return parts
}

const mustBe = (fits: boolean, what: string): void => {
  if (!fits) throw new Error(`${what} is not made as LDAP has it`)
}

const checkMessage = (message: Buffer): void => {
  const [whole] = partsOf(message)
  const [id, operation, controls, ...more] = partsOf(whole?.contents ?? Buffer.alloc(0))
  mustBe(id?.tag === INTEGER && isNumber(id) && operation !== undefined && more.length === 0, 'a message')
  if (operation) checkOperation(operation)
  if (controls) checkControls(controls)
}

/** Four bytes are as much as ldapts reads. */
const isNumber = ({ contents }: Part): boolean => contents.length > 0 && contents.length <= 4

const checkOperation = ({ tag, contents }: Part): void => {
  if (tag === SEARCH_ENTRY) {
    const [name, attributes, ...more] = partsOf(contents)
    mustBe(name?.tag === OCTETS && attributes?.tag === SEQUENCE && more.length === 0, 'an entry')
    for (const attribute of partsOf(attributes?.contents ?? Buffer.alloc(0))) checkAttribute(attribute)
  } else if (tag === SEARCH_REFERENCE) {
    mustBe(
      partsOf(contents).every((part) => part.tag === OCTETS),
      'a reference',
    )
  } else if (RESULTS.includes(tag)) {
    const [status, matched, words] = partsOf(contents)
    const fits = status?.tag === ENUMERATED && isNumber(status)
    mustBe(fits && matched?.tag === OCTETS && words?.tag === OCTETS, 'a result')
  } else mustBe(false, 'what the server said')
}

const checkAttribute = ({ tag, contents }: Part): void => {
  const [type, values, ...more] = partsOf(contents)
  const fits = tag === SEQUENCE && type?.tag === OCTETS && values?.tag === SET && more.length === 0
  mustBe(fits && partsOf(values.contents).every((value) => value.tag === OCTETS), 'an attribute')
}

const checkControls = ({ tag, contents }: Part): void => {
  mustBe(tag === CONTROLS, 'what follows an operation')
  let paged = 0
  for (const control of partsOf(contents)) {
    const [type, ...rest] = partsOf(control.contents)
    const [value, ...more] = rest[0]?.tag === BOOLEAN ? rest.slice(1) : rest
    const fits = control.tag === SEQUENCE && type?.tag === OCTETS && (value?.tag ?? OCTETS) === OCTETS
    mustBe(fits && more.length === 0, 'a control')
    if (type?.contents.toString('latin1') === PAGED_RESULTS) {
      paged++
      mustBe(paged === 1 && isPaging(value), 'a paging control')
    }
  }
}

/** RFC 2696 §2 */
const isPaging = (value: Part | undefined): boolean => {
  const [inner, ...rest] = partsOf(value?.contents ?? Buffer.alloc(0))
  const [size, cookie, ...more] = inner?.tag === SEQUENCE ? partsOf(inner.contents) : []
  const fits = size?.tag === INTEGER && isNumber(size) && cookie?.tag === OCTETS
  return fits && rest.length === 0 && more.length === 0
}
