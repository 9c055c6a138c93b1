import { attributesOf, type Range } from './attributes.ts'
import type { Directory } from './directory.ts'
import { parseExtendedDn, type ExtendedDn } from './extended-dn.ts'
import type { Group } from './parse.ts'

export interface Members {
  readonly members: readonly ExtendedDn[]
  /** Null when these are all; otherwise why not. */
  readonly unread: string | null
}

/** How often a group that changes while it is read is begun again. */
const TRIES = 3

/** Far more than any group has: ranges that go on past it have no end. */
const MAX_MEMBERS = 2_000_000

/**
 * The direct members of a group. What has more values than MaxValRange (1500) comes as an empty `member` beside
 * `member;range=0-1499` ([MS-ADTS] 3.1.1.3.1.3.3); the rest is asked for range by range, until one ends in `*`. Anything that is
 * not exactly the next range leaves the group unread: it is never taken for empty or shorter.
 */
export const readMembers = async (directory: Directory, group: Group): Promise<Members> => {
  if (group.range === null) return completed(directory, group, { members: group.members, unread: null })
  if (group.members.length > 0)
    return { members: group.members, unread: 'its members came both whole and in ranges' }
  let piece: Piece = { range: group.range, version: group.version }
  for (let tries = 1; ; tries++) {
    const result = await followRanges(directory, group, piece)
    if (result !== 'changed') return completed(directory, group, result)
    if (tries === TRIES) return { members: [], unread: 'it kept changing while its members were read' }
    const first = await readPiece(directory, group, 0)
    if ('unread' in first) return { members: [], unread: first.unread }
    piece = first
  }
}

interface Piece {
  readonly range: Range
  readonly version: string | null
}

const followRanges = async (
  directory: Directory,
  group: Group,
  first: Piece,
): Promise<Members | 'changed'> => {
  const members: ExtendedDn[] = []
  for (let piece = first; ;) {
    const { range, version } = piece
    // Ranges count through the list as it is at that moment: when someone leaves in between, the next one is one too far on.
    if (version !== first.version) return 'changed'
    // A range that is not the last says that there is more, so the next one can't be empty.
    const fits =
      range.start === members.length &&
      range.values.length > 0 &&
      (range.end === null || range.values.length === range.end - range.start + 1)
    if (!fits)
      return {
        members,
        unread: `its members from ${members.length} on were asked for, and the server sent ${range.values.length} from ${range.start} to ${range.end ?? 'the end'}`,
      }
    for (const value of range.values) members.push(parseExtendedDn(value))
    if (range.end === null) return { members, unread: null }
    if (members.length >= MAX_MEMBERS)
      return { members, unread: `its ranges go on after ${members.length} members` }
    const next = await readPiece(directory, group, members.length)
    if ('unread' in next) return { members, unread: next.unread }
    piece = next
  }
}

const readPiece = async (
  directory: Directory,
  group: Group,
  start: number,
): Promise<Piece | { readonly unread: string }> => {
  const found = await directory.readRaw(
    `<GUID=${group.guid}>`,
    [`member;range=${start}-*`, 'uSNChanged'],
    (entry) => {
      const attributes = attributesOf(entry)
      return { range: attributes.range('member'), version: attributes.text('uSNChanged') }
    },
  )
  const [piece] = found.entries
  if (found.incomplete) return { unread: `its members from ${start} on: ${found.incomplete.detail}` }
  if (!piece?.range) return { unread: `the server sent no members from ${start} on` }
  return { range: piece.range, version: piece.version }
}

/** What the list itself can't say: whether this server holds all of it. */
const completed = (directory: Directory, group: Group, read: Members): Members =>
  read.unread === null && directory.catalogUsed() && !group.universal
    ? { ...read, unread: 'the global catalog holds the members of universal groups alone' }
    : read
