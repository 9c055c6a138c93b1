import { readTextFile } from '../lib/text-file.ts'
import type { Secret } from '../lib/secret.ts'
import { leafAt } from './leaves.ts'
import type { Merged } from './merge.ts'
import type { Problem } from './problem.ts'
import { readSecret, type SecretSurroundings } from './secrets.ts'
import { httpUrlFault, type UrlFault } from './url-checks.ts'

/** What the checks across settings work with: the merged configuration, and a place for what is wrong with it. */
export interface Checking extends Merged {
  /** About a leaf, by its path; nothing is added about a leaf that is known to be wrong already. */
  readonly complain: (path: string, code: Problem['code'], message: string) => void
  /** The value of a mandatory text or list; null when it is missing, which is a problem. */
  readonly required: <T extends string | readonly string[]>(path: string, value: T) => T | null
  /** A mandatory secret; null when there is none to be had, which is a problem. */
  readonly secret: (path: string) => Promise<Secret | null>
  /** The URL itself, or null when it is not fit to send a secret to, which is a problem. */
  readonly httpUrl: (path: string, url: string, allowInsecure: boolean | 'never') => string | null
  /** Sees to it that a file of certificates, if there is to be one, can be read. */
  readonly caFile: (path: string, file: string) => Promise<string>
}

const MAX_CA_BYTES = 16 * 2 ** 20

export const createChecking = (
  merged: Merged,
  problems: Problem[],
  surroundings: SecretSurroundings,
): Checking => {
  const where = (path: string): string => merged.settings.get(path)?.where ?? ''
  const complain: Checking['complain'] = (path, code, message) => {
    if (!merged.broken.has(path)) problems.push({ code, path: `spec.${path}`, where: where(path), message })
  }
  const missing = (path: string): null => {
    complain(path, 'CONFIG_MISSING', `is missing; ${howToSet(path)}`)
    return null
  }
  const faulty = (path: string, { code, message }: UrlFault): null => {
    complain(path, code, message)
    return null
  }
  return {
    ...merged,
    complain,
    required: (path, value) => (value.length === 0 ? missing(path) : value),
    secret: async (path) => {
      const setting = merged.settings.get(path)
      return setting ? readSecret(setting, surroundings, (problem) => problems.push(problem)) : missing(path)
    },
    httpUrl: (path, url, allowInsecure) => {
      if (url === '') return missing(path)
      const fault = httpUrlFault(url, allowInsecure)
      return fault ? faulty(path, fault) : url
    },
    caFile: async (path, file) => {
      const fault = file === '' ? null : await caFileFault(file)
      if (fault !== null) complain(path, 'CONFIG_WRONG_VALUE', fault)
      return file
    },
  }
}

/** What is wrong with a file of certificates, completing the setting's name; null when nothing is. */
export const caFileFault = async (file: string): Promise<string | null> => {
  const content = await readTextFile(file, MAX_CA_BYTES)
  if (content.kind === 'unreadable') return `names a file which ${content.reason}`
  return content.text.includes('-----BEGIN CERTIFICATE-----')
    ? null
    : 'names a file without a certificate in PEM form'
}

/** In each of the ways in which a setting can be given. */
export const howToSet = (path: string): string => {
  const definition = leafAt(path)
  if (!definition) throw new TypeError(`${path} is no setting`)
  const { env, fileEnv, leaf } = definition
  const choices = leaf.kind === 'choice' ? ` (${leaf.choices.join(', ')})` : ''
  const flag = path === 'source.type' ? '--source' : `--set ${path}${fileEnv === null ? '' : '.file'}=…`
  return `set it${choices} in the document, as ${fileEnv === null ? env : `${fileEnv} or ${env}`}, or with ${flag}`
}
