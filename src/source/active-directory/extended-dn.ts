import { Control, Ber, BerWriter } from 'ldapts'

/** A DN together with the immutable ids that Active Directory knows it by. */
export interface ExtendedDn {
  /** Dashed, lower-case; null where the server sent none. */
  readonly guid: string | null
  readonly dn: string
}

/**
 * Asks for DNs with their GUIDs and SIDs ([MS-ADTS] 3.1.1.3.4.1.5, LDAP_SERVER_EXTENDED_DN_OID, flag 1: as text). Members are then
 * known by an id that survives a rename or a move, and no DN is ever compared.
 */
export class ExtendedDnControl extends Control {
  constructor() {
    super('1.2.840.113556.1.4.529', { critical: true })
  }

  protected override writeControl(writer: BerWriter): void {
    const value = new BerWriter()
    value.startSequence()
    value.writeInt(1)
    value.endSequence()
    writer.writeBuffer(value.buffer, Ber.OctetString)
  }
}

/** `<GUID=…>;<SID=…>;CN=…`, or a plain DN. */
export const parseExtendedDn = (text: string): ExtendedDn => {
  const match = /^((?:<[A-Z]+=[^>]*>;?)+)(.*)$/su.exec(text)
  const guid = /<GUID=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})>/iu.exec(match?.[1] ?? '')
  return { guid: guid?.[1]?.toLowerCase() ?? null, dn: match?.[2] ?? text }
}

/**
 * The `DC=` parts that a DN ends in, folded: the naming context of its domain. A directory writes its DNs in one canonical form and escapes
 * nothing in a DNS label, so text is enough here.
 */
export const domainOf = (dn: string): string => {
  // From the end, label by label: a regular expression would try anew at every comma of a long DN.
  const parts = dn.toLowerCase().split(',')
  const first = parts.findLastIndex((part) => !/^dc=./su.test(part)) + 1
  return parts.slice(first).join(',')
}
