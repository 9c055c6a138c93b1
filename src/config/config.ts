import type { Secret } from '../lib/secret.ts'
import type { Policy } from '../plan/policy.ts'
import type { Scope } from '../source/source.ts'

export interface GoogleConfig {
  readonly type: 'google'
  readonly adminEmail: string
  /** The service account key, the whole JSON text. */
  readonly credentials: Secret
  readonly customer: string
  readonly rootUrl: string
  readonly tokenUrl: string
}

export interface ActiveDirectoryConfig {
  readonly type: 'activeDirectory'
  /** Tried in order; each with its scheme. */
  readonly url: readonly string[]
  readonly user: string
  readonly password: Secret
  readonly startTls: boolean
  readonly allowInsecure: boolean
  readonly caFile: string
  readonly baseDn: string
  readonly email: string
}

export interface RecordsConfig {
  readonly type: 'records'
  readonly file: string
}

export type SourceConfig = GoogleConfig | ActiveDirectoryConfig | RecordsConfig

export interface TargetConfig {
  readonly url: string
  readonly token: Secret
  readonly profile: 'auto' | 'keeper' | 'rfc7644'
  readonly maxConcurrency: number
  /** 0 for any number. */
  readonly maxRequestsPerMinute: number
  readonly bulk: 'auto' | 'off'
  readonly caFile: string
  readonly allowInsecure: boolean
}

interface MemoryConfig {
  /** Empty for none. */
  readonly file: string
}

interface StatusConfig {
  /** Whether the status page may name users and groups. */
  readonly showSubjects: boolean
}

/** What a configuration without a document is called. */
export const DEFAULT_NAME = 'default'

/** The whole configuration of one sync, checked: defaults < document < environment < flags. */
export interface Config {
  /** `metadata.name`; `default` where there is no document. */
  readonly name: string
  readonly suspend: boolean
  readonly dryRun: boolean
  readonly source: SourceConfig
  readonly scope: Scope
  readonly target: TargetConfig
  readonly policy: Policy
  readonly memory: MemoryConfig
  readonly status: StatusConfig
}
