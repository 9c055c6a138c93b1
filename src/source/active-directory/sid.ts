/**
 * A security identifier from its bytes ([MS-DTYP] 2.4.2.2: revision, count, six bytes of authority, then 32-bit
 * little-endian sub-authorities) in the usual text form. Null when the bytes are no SID.
 */
export const sidText = (bytes: Buffer): string | null => {
  const count = bytes[1]
  if (count === undefined || bytes.length !== 8 + 4 * count) return null
  const parts = [bytes.readUInt8(0), bytes.readUIntBE(2, 6)]
  for (let n = 0; n < count; n++) parts.push(bytes.readUInt32LE(8 + 4 * n))
  return `S-${parts.join('-')}`
}

/** The bytes of a SID, for a filter on `objectSid`. */
export const sidBytes = (text: string): Buffer => {
  const [revision = 0, authority = 0, ...parts] = text.replace(/^S-/, '').split('-').map(Number)
  const bytes = Buffer.alloc(8 + 4 * parts.length)
  bytes.writeUInt8(revision, 0)
  bytes.writeUInt8(parts.length, 1)
  bytes.writeUIntBE(authority, 2, 6)
  for (const [n, part] of parts.entries()) bytes.writeUInt32LE(part, 8 + 4 * n)
  return bytes
}

/**
 * The SID of a user's primary group, null when the id is no number of 32 bits. `primaryGroupID` holds the last part alone; the domain's part is that of the user's
 * own SID, which keeps the Domain Users of two domains apart.
 */
export const primaryGroupSid = (userSid: string, primaryGroupId: string): string | null =>
  /^\d{1,10}$/.test(primaryGroupId) && Number(primaryGroupId) < 2 ** 32
    ? `${userSid.slice(0, userSid.lastIndexOf('-'))}-${primaryGroupId}`
    : null

/** The last part of a SID: a group's `primaryGroupToken`. */
export const relativeId = (sid: string): string => sid.slice(sid.lastIndexOf('-') + 1)
