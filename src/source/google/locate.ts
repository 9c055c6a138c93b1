import { ScimPushError } from '../../errors/error.ts'
import { climb, type Parents } from '../climb.ts'
import { nobody, type Located } from '../locate.ts'
import type { DirectoryApi } from './api.ts'
import { endsReading } from './ends-reading.ts'
import { allOf } from './pages.ts'
import type { WireGroup } from './parse.ts'
import { orNull } from './resolve.ts'

/**
 * A person of the tenant by email, alias or id, and the groups above: each is asked for the groups that it is in, and where Google does
 * not answer for one, the others stand. What is neither email nor id is not asked for: Google documents no other key.
 *
 * A group that everybody of the tenant is in is not among them: Google lists members by name.
 * @throws ScimPushError when Google can't be asked
 */
export const locatePerson = async (
  api: DirectoryApi,
  query: string,
  concurrency: number,
): Promise<Located> => {
  if (!/@|^\d+$/.test(query)) return nobody
  const person = await orNull(api, () => api.getPerson(query))
  if (!person) return nobody
  const { user, aliases, suspended, archived } = person
  const above = await climb({
    user: user.key,
    direct: await parentsOf(api, user.key),
    parentsOf: ({ email }) => parentsOf(api, email),
    concurrency,
  })
  const inactive = [...(suspended ? ['suspended'] : []), ...(archived ? ['archived'] : [])]
  return { people: [{ user, names: aliases, inactive, above }], more: 0 }
}

type NamedGroup = WireGroup & { readonly displayName: string }

const parentsOf = async (api: DirectoryApi, memberKey: string): Promise<Parents<NamedGroup>> => {
  try {
    const groups = await allOf(`groups of ${memberKey}`, (token) => api.listGroupsOf(memberKey, token))
    return { groups: groups.map((group) => ({ ...group, displayName: group.name })), unread: null }
  } catch (error) {
    if (!(error instanceof ScimPushError) || endsReading(error)) throw error
    return { groups: [], unread: `the groups of ${memberKey}: ${error.code}: ${error.message}` }
  }
}
