import { AndFilter, EqualityFilter, OrFilter, PresenceFilter, type Filter } from 'ldapts'

// Filters are built as what goes over the wire (RFC 4511 §4.5.1.7), never as text: there is nothing to escape, and no name can
// turn into syntax.

export const equals = (attribute: string, value: string | Buffer): Filter =>
  new EqualityFilter({ attribute, value })
const present = (attribute: string): Filter => new PresenceFilter({ attribute })
export const all = (...filters: readonly Filter[]): Filter => new AndFilter({ filters: [...filters] })
export const any = (filters: readonly Filter[]): Filter => new OrFilter({ filters: [...filters] })

/** Every entry; for a search of one. */
export const anything = present('objectClass')
