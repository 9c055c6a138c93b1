import type { CarriedDocument } from '../kubernetes/carrier.ts'
import type { CommonFlags } from './options.ts'

/** Hashes of plans that were approved by flag, or by an annotation of the document. What the policy approves is with the policy. */
export const approvalsOf = (
  carried: CarriedDocument | null,
  { approve = [] }: Pick<CommonFlags, 'approve'>,
): readonly string[] => [...approve, ...(carried?.approval == null ? [] : [carried.approval])]
