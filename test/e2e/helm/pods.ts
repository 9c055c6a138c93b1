import type { V1CronJob, V1Deployment, V1Job, V1Pod, V1PodTemplateSpec } from '@kubernetes/client-node'
import type { KubernetesObject } from './helm.ts'

/** The pods that objects of the chart lead to, whatever they are wrapped in. */
export const podTemplates = (objects: readonly KubernetesObject[]): readonly V1PodTemplateSpec[] =>
  objects.flatMap((object) => {
    const template = templateOf(object)
    return template ? [template] : []
  })

const templateOf = (object: KubernetesObject): V1PodTemplateSpec | undefined => {
  const plain: unknown = object
  switch (object.kind) {
    case 'CronJob':
      return (plain as V1CronJob).spec.jobTemplate.spec?.template
    case 'Job':
      return (plain as V1Job).spec?.template
    case 'Deployment':
      return (plain as V1Deployment).spec?.template
    case 'Pod':
      return plain as V1Pod
    default:
      return undefined
  }
}

/** The object of a kind; with a name, where there are several. @throws where there is none */
export const objectOf = (
  objects: readonly KubernetesObject[],
  kind: string,
  name?: string,
): KubernetesObject => {
  const found = objects.find(
    (object) => object.kind === kind && (name === undefined || object.metadata.name === name),
  )
  if (found === undefined) throw new Error(`no ${kind} ${name ?? ''} among ${objects.map(nameOf).join(', ')}`)
  return found
}

/** `Kind/name` */
export const nameOf = ({ kind, metadata }: KubernetesObject): string => `${kind}/${metadata.name}`
