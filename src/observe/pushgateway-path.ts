/** The labels that the metrics of one configuration share at a Pushgateway. A push replaces what is there under the same labels. */
export interface PushGroup {
  readonly job: string
  /** Null where it is not known; then the group is without. */
  readonly namespace: string | null
  readonly config: string
}

/**
 * The path of a group below the Pushgateway's URL. Never with a pod or an instance: each run would be a group of its own, for good.
 * @see https://github.com/prometheus/pushgateway#url
 */
export const groupPath = ({ job, namespace, config }: PushGroup): string =>
  [
    '/metrics',
    label('job', job),
    ...(namespace === null ? [] : [label('namespace', namespace)]),
    label('config', config),
  ].join('/')

/**
 * A value that could be taken for something else on its way goes as base64: one with a slash, as the Pushgateway asks for, an empty
 * one, which is `=`, and `..` as well as whatever would have to be percent-encoded, which proxies decode as they please.
 */
const label = (name: string, value: string): string =>
  /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(value)
    ? `${name}/${value}`
    : `${name}@base64/${Buffer.from(value).toString('base64url') || '='}`
