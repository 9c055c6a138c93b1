import type { Finding } from '../model/finding.ts'
import type { DirectorySnapshot } from '../model/snapshot.ts'

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

  /** Connection, credentials, rights and SCIM groups, without reading the whole directory. Never throws. */
  check(signal: AbortSignal): Promise<readonly Finding[]>

  /** Frees sockets. */
  close(): Promise<void>
}

/** Who is in scope, and which groups the target gets; `scope` of the SyncConfig. */
export interface Scope {
  /** Names, emails (Google) or DNs (AD); empty means every user. */
  readonly scimGroups: readonly string[]
  readonly groups: 'selected' | 'listed' | 'all' | 'none'
  readonly exclude: { readonly users: readonly string[]; readonly groups: readonly string[] }
}
