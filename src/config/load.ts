import { waits, type RemovalLimit } from '../plan/policy.ts'
import type { Scope } from '../source/source.ts'
import { createChecking, howToSet, type Checking } from './checking.ts'
import { DEFAULT_NAME, type Config, type TargetConfig } from './config.ts'
import { documentLayer } from './document-layer.ts'
import { parseDocument, readDocument, type SyncDocument } from './document.ts'
import { environmentLayer, type Environment } from './environment.ts'
import { flagLayer, type ConfigFlags } from './flags.ts'
import { ladderFault, ladderOf } from './ladder.ts'
import { merge } from './merge.ts'
import { problemsError, type Problem } from './problem.ts'
import { proxyProblems } from './proxy.ts'
import { ownUid, secretsDirOf, type ResolveSecretKeyRef } from './secrets.ts'
import { sourceConfig } from './source-config.ts'

export interface ConfigInput {
  /** Of the process: `processEnvironment()`. */
  readonly env: Environment
  /** The path of the document; without it and `document`, the environment and flags say everything. */
  readonly file?: string
  /** The document itself, with a name for messages: `configmap/corp-to-keeper`. Goes before `file`. */
  readonly document?: { readonly text: string; readonly origin: string }
  readonly flags?: ConfigFlags
  /** Given where the Kubernetes API is in use. */
  readonly resolveSecretKeyRef?: ResolveSecretKeyRef
  /** The number of the user that this process is; its own by default, null where users have none. */
  readonly uid?: number | null
  /** Told what works but should not be left so. No secret is in it. */
  readonly warn: (message: string) => void
}

/** The environment of this process: read here, and nowhere else. */
export const processEnvironment = (): Environment => process.env

/**
 * The whole configuration: defaults < document < environment < flags, checked, with its secrets read. Relative paths in
 * it start at the current directory.
 * @throws ScimPushError with failure `config`: one error that names all problems, each with its place
 */
export const loadConfig = async (input: ConfigInput): Promise<Config> => {
  const { env, warn } = input
  const text = await documentOf(input)
  const document = text && documentLayer(text)
  const layers = [
    ...(document ? [document] : []),
    environmentLayer(env, document?.variables ?? new Set()),
    flagLayer(input.flags ?? {}),
  ]
  const problems: Problem[] = [...layers.flatMap((layer) => layer.problems), ...proxyProblems(env)]
  const checking = createChecking(merge(layers), problems, {
    env,
    secretsDir: secretsDirOf(env),
    resolveSecretKeyRef: input.resolveSecretKeyRef ?? null,
    uid: input.uid === undefined ? ownUid() : input.uid,
    warn,
  })
  const { values } = checking
  const source = await sourceConfig(checking)
  const target = await targetConfig(checking)
  const scope = scopeConfig(checking, warn)
  const policy = policyConfig(checking, input.document !== undefined)
  if (problems.length > 0 || !source || !target) throw problemsError(problems)
  return {
    name: document?.name ?? DEFAULT_NAME,
    suspend: values.suspend,
    dryRun: values.dryRun,
    source,
    scope,
    target,
    policy,
    memory: values.memory,
    status: values.status,
  }
}

const documentOf = async ({ file, document }: ConfigInput): Promise<SyncDocument | null> => {
  if (document) return parseDocument(document.text, document.origin)
  return file === undefined ? null : readDocument(file)
}

const targetConfig = async (checking: Checking): Promise<TargetConfig | null> => {
  const { target } = checking.values
  const url = checking.httpUrl('target.url', target.url, target.allowInsecure)
  const token = await checking.secret('target.token')
  await checking.caFile('target.caFile', target.caFile)
  return url === null || !token ? null : { ...target, url, token }
}

const scopeConfig = (
  { values: { scope, source }, settings, complain }: Checking,
  warn: (message: string) => void,
): Scope => {
  const groups = scope.groups ?? (source.type === 'activeDirectory' ? 'listed' : 'selected')
  if (groups === 'listed' && source.type === 'records')
    complain(
      'scope.groups',
      'CONFIG_CONFLICT',
      'is listed, the groups that are members of a SCIM group, but no group of a records file is a member of another; use selected, all or none',
    )
  const given = settings.get('scope.scimGroups')
  // Often a variable that somebody forgot to fill, and it changes the scope from one group to the whole company.
  if (scope.scimGroups.length === 0 && given && given.layer !== 'document')
    warn(`spec.scope.scimGroups (${given.where}) is empty, so every user is in scope`)
  return { scimGroups: scope.scimGroups, groups, exclude: scope.exclude }
}

/** @param carried whether a cluster has the document, and can have a memory beside it */
const policyConfig = ({ values, complain }: Checking, carried: boolean): Config['policy'] => {
  const { policy, memory } = values
  const remove = ladderOf(policy.users.remove)
  const fault = ladderFault(remove)
  if (fault !== null) complain('policy.users.remove', 'CONFIG_WRONG_VALUE', fault)
  if (waits(remove) && memory.file === '' && !carried)
    complain(
      'memory.file',
      'CONFIG_MISSING',
      `is missing: policy.users.remove waits, and who is missing since when is to be remembered; ${howToSet('memory.file')}`,
    )
  return {
    ...policy,
    users: { ...policy.users, remove },
    maxRemovals: {
      users: removalLimit(policy.maxRemovals.users),
      groups: removalLimit(policy.maxRemovals.groups),
      memberships: removalLimit(policy.maxRemovals.memberships),
      floor: policy.maxRemovals.floor,
    },
  }
}

/** A percentage is text that ends in %, as the schema has it; anything else is a count. */
const removalLimit = (limit: string | number): RemovalLimit =>
  typeof limit === 'string' ? { percent: Number.parseInt(limit, 10) } : { count: limit }
