import { logFormats, logLevels } from '../../src/observe/log-options.ts'

export type Schema = Readonly<Record<string, unknown>>

const choice = (...choices: readonly (string | boolean)[]): Schema => ({ enum: choices })
const text = (pattern: string): Schema => ({ type: 'string', pattern })
const textOrNone = (pattern: string): Schema => text(`^$|${pattern}`)
const whole: Schema = { type: 'integer', minimum: 0 }
const wholeOrNone: Schema = { type: ['integer', 'null'], minimum: 0 }
const list = (items: Schema, more: Schema = {}): Schema => ({ type: 'array', items, ...more })
/** Maps whose keys are names that we cannot know. */
const texts: Schema = { type: 'object', additionalProperties: { type: 'string' } }
/** Kubernetes' own objects: the API server checks them. */
const passed: Schema = { type: 'object' }
const passedOrNone: Schema = { type: ['object', 'null'] }
const named: Schema = { type: 'object', required: ['name'], properties: { name: { type: 'string' } } }
// A number there is a common mistake, and Kubernetes' answer to it is hard to read.
const variable: Schema = { ...named, properties: { name: { type: 'string' }, value: { type: 'string' } } }

const OBJECT_NAME = '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$'
const LABEL = '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$'
const SECRET_KEY = '^([A-Za-z0-9_-]|\\.[A-Za-z0-9_-])[A-Za-z0-9._-]*$'
const DURATION = '^([0-9]+(ms|[smhdwy]))+$'
/** As the program takes it. */
const WAIT = '^[1-9][0-9]{0,5}[smh]$'
const renderMode = choice('skipIfMissing', 'failIfMissing', 'alwaysRender')

/** What a value may be, where its default's type does not say it. */
export const shapes: Readonly<Record<string, Schema>> = {
  kind: choice('CronJob', 'Job', 'Deployment'),
  'image.repository': text('\\S'),
  'image.digest': textOrNone('^sha256:[0-9a-f]{64}$'),
  'image.pullPolicy': choice('Always', 'IfNotPresent', 'Never'),
  imagePullSecrets: list(named),
  nameOverride: textOrNone(LABEL),
  fullnameOverride: textOrNone(LABEL),
  commonLabels: texts,
  'config.carrier': choice('ConfigMap', 'SyncConfig'),
  'config.name': { ...textOrNone(OBJECT_NAME), maxLength: 246 },
  'config.spec': { $ref: '#/definitions/spec' },
  'config.existing': { ...textOrNone(OBJECT_NAME), maxLength: 246 },
  'config.targetUrl': textOrNone('^https?://'),
  'secret.existingSecret': textOrNone(OBJECT_NAME),
  'secret.keys.credentials': text(SECRET_KEY),
  'secret.keys.token': text(SECRET_KEY),
  'secret.keys.password': text(SECRET_KEY),
  configs: {
    type: 'object',
    patternProperties: { [LABEL]: { $ref: '#/definitions/config' } },
    additionalProperties: false,
  },
  secrets: list(text(OBJECT_NAME), { uniqueItems: true }),
  'lock.wait': textOrNone(WAIT),
  jitter: textOrNone('^(0|[1-9][0-9]{0,5})[smh]$'),
  schedule: text('^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|(\\S+ +){4}\\S+)$'),
  concurrencyPolicy: choice('Forbid', 'Replace', 'Allow'),
  startingDeadlineSeconds: wholeOrNone,
  activeDeadlineSeconds: { ...wholeOrNone, minimum: 1 },
  ttlSecondsAfterFinished: wholeOrNone,
  podFailurePolicy: passedOrNone,
  'log.level': choice('', ...logLevels),
  'log.format': choice(...logFormats),
  'http.address': text('\\S'),
  'http.existingSecret': textOrNone(OBJECT_NAME),
  'http.tokenKey': text(SECRET_KEY),
  'http.port': { type: 'integer', minimum: 1, maximum: 65535 },
  livenessProbe: passedOrNone,
  readinessProbe: passedOrNone,
  'rbac.extraRules': list(passed),
  'serviceAccount.name': textOrNone(OBJECT_NAME),
  'serviceAccount.annotations': texts,
  openshift: choice('auto', true, false),
  podSecurityContext: passed,
  securityContext: passed,
  resources: passed,
  'caBundle.configMap': textOrNone(OBJECT_NAME),
  'caBundle.secret': textOrNone(OBJECT_NAME),
  'caBundle.key': text(SECRET_KEY),
  'networkPolicy.apiServerPorts': list({ ...whole, minimum: 1, maximum: 65535 }, { minItems: 1 }),
  'networkPolicy.to.dns': list(passed),
  'networkPolicy.to.apiServer': list(passed),
  'networkPolicy.to.source': list(passed),
  'networkPolicy.to.target': list(passed),
  'networkPolicy.to.pushgateway': list(passed),
  'networkPolicy.ingressFrom': list(passed),
  'networkPolicy.extraEgress': list(passed),
  'metrics.pushgateway.url': textOrNone('^https?://\\S+$'),
  'metrics.pushgateway.username': textOrNone('^[^:]+$'),
  'metrics.pushgateway.existingSecret': textOrNone(OBJECT_NAME),
  'metrics.pushgateway.passwordKey': text(SECRET_KEY),
  'metrics.pushgateway.tokenKey': text(SECRET_KEY),
  'metrics.podMonitor.renderMode': renderMode,
  'metrics.podMonitor.labels': texts,
  'metrics.podMonitor.interval': textOrNone(DURATION),
  'metrics.podMonitor.scrapeTimeout': textOrNone(DURATION),
  'metrics.podMonitor.relabelings': list(passed),
  'metrics.podMonitor.metricRelabelings': list(passed),
  'metrics.prometheusRule.renderMode': renderMode,
  'metrics.prometheusRule.labels': texts,
  'metrics.prometheusRule.suspendedFor': text(DURATION),
  'metrics.prometheusRule.overrides': {
    type: 'object',
    additionalProperties: {
      type: 'object',
      additionalProperties: false,
      properties: {
        enabled: { type: 'boolean' },
        expr: { type: 'string' },
        for: text(DURATION),
        labels: texts,
        annotations: texts,
      },
    },
  },
  'metrics.prometheusRule.ruleLabels': texts,
  'metrics.prometheusRule.extraRules': list(passed),
  'metrics.dashboard.labels': texts,
  'metrics.dashboard.annotations': texts,
  annotations: texts,
  podAnnotations: texts,
  podLabels: texts,
  extraEnv: list(variable),
  extraEnvFrom: list(passed),
  extraArgs: list({ type: 'string' }),
  extraVolumes: list(named),
  extraVolumeMounts: list(named),
  extraObjects: list({ type: ['object', 'string'] }),
  nodeSelector: texts,
  tolerations: list(passed),
  affinity: passed,
  topologySpreadConstraints: list(passed),
  hostAliases: list(passed),
  dnsPolicy: choice('', 'ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'),
  dnsConfig: passed,
}
