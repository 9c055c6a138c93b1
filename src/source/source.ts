import type { Finding } from '../model/finding.ts'
import type { DirectorySnapshot } from '../model/snapshot.ts'
import type { DirectoryGraph } from './graph.ts'
import type { Located } from './locate.ts'

/** A directory that is read. Implementations: google/, active-directory/, records/. */
export interface Source {
  readonly type: 'google' | 'activeDirectory' | 'records'
  /** What a report calls it: `Google Workspace as admin@corp.example`. No secret. */
  readonly description: string

  /**
   * Reads everything in scope. What could not be read becomes a gap of the snapshot; an error is thrown only where
   * nothing useful can be done: no connection, no credentials, no SCIM group resolved.
   * @throws ScimPushError with failure `unreachable`, `credentials` or `config`
   */
  read(signal: AbortSignal): Promise<DirectorySnapshot>

  /** The same reading, with what it was made from. @throws ScimPushError as `read` does */
  explore(signal: AbortSignal): Promise<Reading>

  /**
   * Looks a person up by email, account name or id, in scope or not, with the groups that they are in. What of that could not be read
   * is in the answer.
   * @throws ScimPushError when the person can't be asked for at all
   */
  locate(query: string, signal: AbortSignal): Promise<Located>

  /** Connection, credentials, rights and SCIM groups, without reading the whole directory. Never throws. */
  check(signal: AbortSignal): Promise<readonly Finding[]>

  /** Frees sockets. */
  close(): Promise<void>
}

/** What a source read, and what of it is in scope. */
export interface Reading {
  readonly graph: DirectoryGraph
  /** The scope as it was applied: a source that says nothing of groups turns them off. */
  readonly scope: Scope
  readonly snapshot: DirectorySnapshot
}

/** Who is in scope, and which groups the target gets; `scope` of the SyncConfig. */
export interface Scope {
  /** Names, emails (Google) or DNs (AD); empty means every user. */
  readonly scimGroups: readonly string[]
  readonly groups: 'selected' | 'listed' | 'all' | 'none'
  readonly exclude: { readonly users: readonly string[]; readonly groups: readonly string[] }
}
