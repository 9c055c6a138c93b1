/**
 * A GUID as Active Directory stores it (16 bytes, the first three fields little-endian: [MS-DTYP] 2.3.4.2) in the dashed
 * lower-case form, which is what a SCIM endpoint keeps as `externalId`. Null when it is not 16 bytes long.
 */
export const guidText = (bytes: Buffer): string | null => {
  if (bytes.length !== 16) return null
  const hex = Buffer.concat([
    Buffer.from(bytes.subarray(0, 4)).reverse(),
    Buffer.from(bytes.subarray(4, 6)).reverse(),
    Buffer.from(bytes.subarray(6, 8)).reverse(),
    bytes.subarray(8),
  ]).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** The bytes of a dashed GUID, for a filter on `objectGUID`. */
export const guidBytes = (text: string): Buffer => {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex')
  return Buffer.concat([
    Buffer.from(bytes.subarray(0, 4)).reverse(),
    Buffer.from(bytes.subarray(4, 6)).reverse(),
    Buffer.from(bytes.subarray(6, 8)).reverse(),
    bytes.subarray(8),
  ])
}
