import { dayOf } from '../../lib/day.ts'

const ACCOUNTDISABLE = 0x2

/** Between 1601, where FILETIME starts, and 1970. */
const EPOCH_DIFFERENCE_MS = 11_644_473_600_000n
const NEVER = 9_223_372_036_854_775_807n

/** When an account expires, in milliseconds since 1970; null for never (0, the largest value, or nothing to be read). */
export const expiryMs = (accountExpires: string | null): number | null => {
  if (accountExpires === null || !/^\d{1,19}$/.test(accountExpires)) return null
  const ticks = BigInt(accountExpires)
  return ticks === 0n || ticks >= NEVER ? null : Number(ticks / 10_000n - EPOCH_DIFFERENCE_MS)
}

/** A number as LDAP writes one, and not what JavaScript would take for one. */
export const isFlags = (text: string): boolean => /^-?\d{1,10}$/.test(text)

/**
 * Why an account is inactive, in words; empty when it is neither disabled nor past its expiry. A lockout is temporary and is not looked
 * at. What can't be read counts as active: nobody is deactivated on the strength of an attribute that was not there.
 */
export const inactiveBecause = (
  userAccountControl: string | null,
  accountExpires: string | null,
  nowMs: number,
): readonly string[] => {
  const flags = userAccountControl !== null && isFlags(userAccountControl) ? Number(userAccountControl) : 0
  const disabled = (flags & ACCOUNTDISABLE) !== 0
  const expiry = expiryMs(accountExpires)
  const expired = expiry !== null && expiry <= nowMs
  // FILETIME goes on for longer than a Date does, but not in the past.
  return [...(disabled ? ['disabled'] : []), ...(expired ? [`expired on ${dayOf(expiry)}`] : [])]
}
