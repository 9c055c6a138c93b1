import type { GroupKey } from './ids.ts'

/** The groups from one down to one that has the person as a direct member: `Keeper Users → Engineering → Backend`. Never empty. */
export type GroupPath = readonly { readonly key: GroupKey; readonly displayName: string }[]
