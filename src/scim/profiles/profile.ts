import type { GroupChanges, MembershipChange, MembershipStyle, UserChanges } from '../../apply/target.ts'
import type { PatchOperation } from '../wire.ts'

/** How an endpoint wants to be spoken to. Pure: it only says what to send. */
export interface Profile {
  readonly name: 'keeper' | 'rfc7644'
  /** How many resources a page to ask for, where the server does not offer more. */
  readonly pageSize: number
  readonly memberships: MembershipStyle
  /** What is taken for given of such an endpoint, a sentence each, for whoever sets it up. */
  readonly assumes: readonly string[]
  userPatch(changes: UserChanges): readonly PatchOperation[]
  groupPatch(changes: GroupChanges): readonly PatchOperation[]
  /** Never empty lists, and never a removal without saying whom. */
  membershipPatch(change: MembershipChange): readonly PatchOperation[]
}
