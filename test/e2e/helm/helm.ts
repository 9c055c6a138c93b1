import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parseAllDocuments } from 'yaml'

export const CHART = 'charts/scim-push'

/** The example values: one file a mode. */
export const modes: readonly string[] = readdirSync(join(CHART, 'ci')).map((file) =>
  file.replace('-values.yaml', ''),
)
export const example = (mode: string): string => join(CHART, 'ci', `${mode}-values.yaml`)

/** As much of an object as every one has. */
export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly [field: string]: unknown
}

const run = promisify(execFile)
// Found, and fetched where it has to be, once.
let path: Promise<string> | null = null

/** Runs a real helm. @throws with `stderr`, where helm fails */
export const helm = async (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> => {
  path ??= run('.ci/helm').then(({ stdout }) => stdout.trim())
  const { stdout } = await run(await path, [...args], {
    env: { ...process.env, ...env },
    maxBuffer: 2 ** 26,
  })
  return stdout
}

export interface Rendering {
  readonly release?: string
  readonly namespace?: string
  readonly valuesFiles?: readonly string[]
  /** As `--set`: `path=value`. */
  readonly set?: readonly string[]
  /** API versions that the cluster is to have, besides Kubernetes' own. */
  readonly apiVersions?: readonly string[]
}

/** What the chart makes of values, without a cluster. @throws with `stderr`, where it refuses them */
export const renderChart = async (rendering: Rendering): Promise<readonly KubernetesObject[]> =>
  parseObjects(await renderText(rendering))

export const renderText = ({
  release = 'scim',
  namespace = 'default',
  valuesFiles = [],
  set = [],
  apiVersions = [],
}: Rendering): Promise<string> =>
  helm([
    'template',
    release,
    CHART,
    `--namespace=${namespace}`,
    // What this helm takes for Kubernetes otherwise is older than what the chart asks for.
    '--kube-version=1.34.4',
    ...valuesFiles.map((file) => `--values=${file}`),
    ...set.map((one) => `--set=${one}`),
    ...apiVersions.map((one) => `--api-versions=${one}`),
  ])

/** @throws where a document of a manifest is no YAML */
export const parseObjects = (manifest: string): readonly KubernetesObject[] =>
  parseAllDocuments(manifest).flatMap((document) => {
    const [error] = document.errors
    if (error !== undefined) throw error
    const object = document.toJS() as KubernetesObject | null
    return object === null ? [] : [object]
  })
