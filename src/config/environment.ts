import { Secret } from '../lib/secret.ts'
import { suggest } from '../lib/suggest.ts'
import { leaves, type LeafDefinition } from './leaves.ts'
import { cleanSecret } from './secret-text.ts'
import { TextLayer } from './text-value.ts'
import type { Layer } from './setting.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Variables with our prefix that are no settings of `spec`, and what they are for. */
export const reservedVariables = {
  SCIM_PUSH_CONFIG: 'What --config is otherwise: the document to read.',
  SCIM_PUSH_SECRETS_DIR:
    'The directory in which a secretKeyRef is looked for, as the file `NAME/KEY`; `/var/run/secrets/scim-push` by default.',
  SCIM_PUSH_SELECTOR: 'What --selector is otherwise.',
  SCIM_PUSH_NAMESPACE: 'What --namespace is otherwise.',
  SCIM_PUSH_LOCK: 'What --lock is otherwise.',
  SCIM_PUSH_LOCK_WAIT: 'What --lock-wait is otherwise.',
  SCIM_PUSH_LISTEN: 'What --listen is otherwise.',
  SCIM_PUSH_LISTEN_TOKEN: 'The token itself that the status page asks for.',
  SCIM_PUSH_LISTEN_TOKEN_FILE: 'What --listen-token-file is otherwise.',
  SCIM_PUSH_PUSHGATEWAY: 'What --pushgateway of `push` is otherwise.',
  SCIM_PUSH_PUSHGATEWAY_JOB: 'What --pushgateway-job is otherwise.',
  SCIM_PUSH_PUSHGATEWAY_USERNAME: 'What --pushgateway-username is otherwise.',
  SCIM_PUSH_PUSHGATEWAY_PASSWORD: 'The password that goes with it.',
  SCIM_PUSH_PUSHGATEWAY_PASSWORD_FILE: 'What --pushgateway-password-file is otherwise.',
  SCIM_PUSH_PUSHGATEWAY_TOKEN: 'A bearer token for the Pushgateway, instead of a user name and a password.',
  SCIM_PUSH_PUSHGATEWAY_TOKEN_FILE: 'What --pushgateway-token-file is otherwise.',
  SCIM_PUSH_PUSHGATEWAY_CA_FILE: 'What --pushgateway-ca-file is otherwise.',
  SCIM_PUSH_SCHEDULE: 'What --schedule of `serve` is otherwise.',
  SCIM_PUSH_TIME_ZONE: 'What --time-zone of `serve` is otherwise.',
  SCIM_PUSH_INTERVAL: 'What --interval of `serve` is otherwise.',
  SCIM_PUSH_JITTER: 'What --jitter of `serve` is otherwise.',
  SCIM_PUSH_TERMINATION_LOG:
    'The file that gets one JSON line when the command ends, if it is there; `/dev/termination-log` by default, where the kubelet reads it.',
  SCIM_PUSH_LOG_LEVEL: 'What --log-level is otherwise.',
  SCIM_PUSH_LOG_FORMAT: 'What --log-format is otherwise.',
} as const satisfies Record<string, string>

const PREFIX = 'SCIM_PUSH_'

/**
 * The settings that the environment holds. A variable with our prefix that is neither a setting nor reserved is an error:
 * it is a setting that somebody believes in.
 * @param referenced names of variables that the document refers to with `{env: …}`, which may have our prefix
 */
export const environmentLayer = (env: Environment, referenced: ReadonlySet<string>): Layer => {
  const layer = new TextLayer()
  const known = new Set<string>(Object.keys(reservedVariables))
  for (const definition of leaves) {
    known.add(definition.env)
    if (definition.fileEnv !== null) known.add(definition.fileEnv)
    const text = env[definition.env]
    if (definition.fileEnv !== null) readSecret(layer, definition, definition.fileEnv, env)
    else if (text !== undefined) layer.setText(definition, 'environment', variable(definition.env), text)
  }
  for (const [name, value] of Object.entries(env)) {
    // Letter case counts, so scim_push_target_url would be ignored without a word.
    if (value === undefined || !name.toUpperCase().startsWith(PREFIX)) continue
    if (known.has(name) || referenced.has(name) || isServiceLink(name, value)) continue
    const meant = suggest(name, known)
    layer.wrong({
      code: 'CONFIG_UNKNOWN_SETTING',
      path: '',
      where: variable(name),
      message: meant === null ? 'is no setting' : `is no setting; did you mean ${meant}?`,
    })
  }
  return layer.finish()
}

const variable = (name: string): string => `environment variable ${name}`

const readSecret = (
  layer: TextLayer,
  definition: LeafDefinition,
  fileEnv: string,
  env: Environment,
): void => {
  const text = env[definition.env]
  const file = env[fileEnv]?.trim()
  const path = `spec.${definition.path}`
  const where = variable(file === undefined ? definition.env : fileEnv)
  if (text !== undefined && file !== undefined) {
    const message = `is set twice, as ${definition.env} and as ${fileEnv}; unset one of them`
    layer.wrong({ code: 'CONFIG_CONFLICT', path, where: '', message }, definition)
  } else if (file === '') {
    layer.wrong({ code: 'CONFIG_SECRET_UNAVAILABLE', path, where, message: 'has an empty path' }, definition)
  } else if (file !== undefined) {
    layer.set({ definition, layer: 'environment', where, value: { kind: 'reference', reference: { file } } })
  } else if (text !== undefined) {
    const cleaned = cleanSecret(definition.leaf, text)
    if (cleaned.kind === 'clean')
      layer.set({
        definition,
        layer: 'environment',
        where,
        value: { kind: 'secret', secret: new Secret(cleaned.value) },
      })
    else layer.wrong({ code: 'CONFIG_SECRET_UNAVAILABLE', path, where, message: cleaned.message }, definition)
  }
}

/**
 * Kubernetes puts the address of every Service into the environment of every pod, in the manner of Docker links: a
 * Service called scim-push, or scim-push-something, makes variables with our prefix.
 */
const isServiceLink = (name: string, value: string): boolean =>
  SERVICE.test(name) || (PORT.test(name) && /^(?:tcp|udp|sctp):\/\//.test(value))

const SERVICE =
  /^SCIM_PUSH_(?:[A-Z0-9_]+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_[A-Z0-9_]+)?|PORT_\d+_(?:TCP|UDP|SCTP)_(?:PROTO|PORT|ADDR))$/
const PORT = /^SCIM_PUSH_(?:[A-Z0-9_]+_)?PORT(?:_\d+_(?:TCP|UDP|SCTP))?$/
