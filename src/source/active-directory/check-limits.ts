import { doubt, fine, type Finding } from '../../model/finding.ts'
import { attributesOf } from './attributes.ts'
import type { Directory } from './directory.ts'
import { parseExtendedDn } from './extended-dn.ts'
import type { Group } from './parse.ts'

/** Below this everything is read all the same, in so many requests that it is worth a word. */
const FEW = 200

/** MaxPageSize and MaxValRange, as the query policy states them, or as a group among the SCIM groups shows the latter. */
export const checkLimits = async (
  directory: Directory,
  groups: readonly Group[],
): Promise<readonly Finding[]> => {
  const policy = await readPolicy(directory)
  const shown = groups.flatMap(({ range }) => (range && range.end !== null ? [range.end + 1] : []))
  const stated = policy?.get('maxvalrange')
  const [range = null] = stated === undefined ? shown : [stated]
  return [
    judged(
      'ad-page-limit',
      'MaxPageSize',
      policy?.get('maxpagesize') ?? null,
      'people and groups are read in pages',
    ),
    judged('ad-range-limit', 'MaxValRange', range, 'longer lists of members are read in ranges'),
  ]
}

const judged = (
  check: 'ad-page-limit' | 'ad-range-limit',
  name: string,
  limit: number | null,
  meaning: string,
): Finding => {
  if (limit === null)
    return fine(
      check,
      `${name} can not be read by this account: ${meaning} of whatever size the server gives`,
    )
  return (limit < FEW ? doubt : fine)(check, `${name} is ${limit}: ${meaning} of at most ${limit}`)
}

/**
 * `lDAPAdminLimits` of the policy that is in force ([MS-ADTS] 3.1.1.3.4.6): the domain controller's own, else its site's, else the
 * default one. Names in lower case; null where the account may not read it.
 */
const readPolicy = async (directory: Directory): Promise<ReadonlyMap<string, number> | null> => {
  const { configuration, service } = directory.settings
  if (configuration === null) return null
  const site = service
    ?.split(/(?<!\\),/)
    .slice(3)
    .join(',')
  const holders = [...(service === null ? [] : [service]), ...(site ? [`CN=NTDS Site Settings,${site}`] : [])]
  for (const holder of holders) {
    const [policy] = await texts(directory, holder, 'queryPolicyObject')
    if (policy !== undefined) return limitsOf(directory, parseExtendedDn(policy).dn)
  }
  return limitsOf(
    directory,
    `CN=Default Query Policy,CN=Query-Policies,CN=Directory Service,CN=Windows NT,CN=Services,${configuration}`,
  )
}

const limitsOf = async (directory: Directory, dn: string): Promise<ReadonlyMap<string, number> | null> => {
  const limits = (await texts(directory, dn, 'lDAPAdminLimits')).flatMap((limit) => {
    const [, name = '', value] = /^(\w+)=(\d+)$/.exec(limit) ?? []
    return value === undefined ? [] : [[name.toLowerCase(), Number(value)] as const]
  })
  return limits.length === 0 ? null : new Map(limits)
}

const texts = async (directory: Directory, dn: string, attribute: string): Promise<readonly string[]> =>
  (await directory.readRaw(dn, [attribute], (entry) => attributesOf(entry).texts(attribute))).entries.flat()
