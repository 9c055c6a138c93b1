import type { ScimPushError } from '../errors/error.ts'
import type { GroupKey, ScimId, UserKey } from '../model/ids.ts'
import type { GroupPath } from '../model/path.ts'
import type { Gap } from '../model/snapshot.ts'
import type { GroupOutlook } from '../plan/explain.ts'
import type { Withheld } from '../plan/withheld.ts'
import { errorJson, jsonDocument } from './json.ts'
import type { ReportedAction } from './report.ts'

/** Names the shape of the JSON; a change that breaks readers changes it. Documented in docs/explain.schema.json. */
const EXPLAIN_VERSION = 'scim-push.io/explain/v1'

/** A group that a person is in at the source, and the way there. */
interface ExplainedMembership {
  readonly key: GroupKey
  readonly displayName: string
  readonly path: GroupPath
}

/** What the source says of a person. */
export interface ExplainedSource {
  readonly key: UserKey
  /** `user`, or someone whom a group names and who can't be read as a user. */
  readonly kind: 'user' | 'stranger'
  readonly userName: string | null
  readonly label: string
  readonly displayName: string
  readonly givenName: string
  readonly familyName: string
  /** Further names: aliases, an account name, a DN. */
  readonly names: readonly string[]
  /** Null for a stranger. */
  readonly active: boolean | null
  /** Why not active: `suspended`, `disabled`. */
  readonly inactive: readonly string[]
  /** What is known of a stranger; empty for a user. */
  readonly detail: string
  /** The groups above, those with the shortest way first; null where nobody looked. */
  readonly groups: readonly ExplainedMembership[] | null
  /** Why groups may be missing from these; null when they are all. */
  readonly groupsUnread: string | null
}

interface ExplainedWay {
  readonly path: GroupPath
  readonly everyone: boolean
}

/** Whether the person is in scope, and by what. */
export interface ExplainedScope {
  readonly inScope: boolean
  /** True for somebody out of scope who may be in scope through what was not read. */
  readonly inDoubt: boolean
  readonly everyUser: boolean
  readonly named: boolean
  readonly ways: readonly ExplainedWay[]
  readonly closed: readonly (ExplainedWay & { readonly group: string; readonly pattern: string })[]
  readonly excludedBy: readonly string[]
}

/** What the target has of a person. */
export interface ExplainedAccount {
  readonly id: ScimId
  readonly externalId: string | null
  readonly userName: string
  readonly displayName: string
  readonly givenName: string
  readonly familyName: string
  readonly active: boolean
  /** How the account is known to be the person's: the plan matched them, or it bears their key or their name; null where the source has nobody. */
  readonly by: 'match' | 'externalId' | 'userName' | null
  /** What of `policy.protected` means the person. */
  readonly protectedBy: readonly string[]
}

/** A group of the target, and the way to the person inside the source group. */
export interface ExplainedGroup extends GroupOutlook {
  readonly way: ExplainedWay | null
}

export interface ExplainedPerson {
  readonly name: string
  /** An active account now, and after the next push. */
  readonly access: { readonly now: boolean; readonly next: boolean }
  /** Null for somebody whom the source does not have. */
  readonly source: ExplainedSource | null
  readonly scope: ExplainedScope
  readonly accounts: readonly ExplainedAccount[]
  readonly groups: readonly ExplainedGroup[]
  readonly actions: readonly ReportedAction[]
  readonly withheld: readonly (Withheld & { readonly approvable: boolean })[]
  /** What was not read and may have to do with the person. */
  readonly gaps: readonly Gap[]
}

/** What one configuration has to say of a person. */
export interface Explanation {
  /** `metadata.name`. */
  readonly config: string
  readonly source: string
  readonly target: string
  /** `scope.scimGroups` as it stands in the configuration. */
  readonly scimGroups: readonly string[]
  readonly suspended: boolean
  readonly dryRun: boolean
  /** Another configuration that pushed to the target last. */
  readonly otherConfig: string | null
  /** Null when it did not come to a plan. */
  readonly planHash: string | null
  /** With the sentence that sums it up. */
  readonly people: readonly (ExplainedPerson & { readonly verdict: string })[]
  /** How many more people go by that name. */
  readonly more: number
  /** Names that may have been meant, where nobody was found. */
  readonly suggestions: readonly string[]
  /** Why there is no more to say: nobody was found, or something could not be read. */
  readonly error: ScimPushError | null
}

/** Explanations as JSON, one document, ending in a line feed; `error` is what ended the command before there were any. */
export const renderExplainJson = (
  query: string,
  explanations: readonly Explanation[],
  exitCode: number,
  error: ScimPushError | null,
): string =>
  jsonDocument({
    version: EXPLAIN_VERSION,
    query,
    exitCode,
    explanations: explanations.map(explanationJson),
    error: error && errorJson(error),
  })

const explanationJson = ({ people, error, ...rest }: Explanation): object => ({
  ...rest,
  people: people.map(personJson),
  error: error && errorJson(error),
})

const personJson = ({ name, verdict, actions, ...rest }: Explanation['people'][number]): object => ({
  name,
  verdict,
  ...rest,
  actions: actions.map(({ kind, user, group, reason, changes }) => ({ kind, user, group, reason, changes })),
})
