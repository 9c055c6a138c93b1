import type { SearchEntry } from 'ldapts'
import { ScimPushError } from '../../errors/error.ts'
import type { Log } from '../../lib/log.ts'
import { attributesOf } from './attributes.ts'
import { ExtendedDnControl } from './extended-dn.ts'
import { anything } from './filters.ts'
import { parseEntry, type DirectoryEntry } from './parse.ts'
import type { Found, Question } from './question.ts'
import { resultCode } from './result-code.ts'
import type { Session } from './session.ts'

/** A directory that was found, and how to ask it. */
export interface Directory {
  /** Where people and groups are looked for. */
  readonly base: string
  /** The naming context of the domain controller's domain; members are followed anywhere in it. */
  readonly domain: string
  /** Where the domain controller is configured; null where it does not say. */
  readonly settings: { readonly configuration: string | null; readonly service: string | null }
  /** Whether a global catalog has answered: accountExpires, and the members of groups that are not universal, are not in it. */
  readonly catalogUsed: () => boolean
  readonly email: string
  readonly log: Log
  readonly search: (question: Omit<Question, 'controls'>) => Promise<Found<DirectoryEntry>>
  /** The entry with this DN or `<GUID=…>`. */
  readonly readEntry: (dn: string, attributes: readonly string[]) => Promise<Found<DirectoryEntry>>
  /** The same, for those who read attributes themselves. */
  readonly readRaw: <T>(
    dn: string,
    attributes: readonly string[],
    parse: (entry: SearchEntry) => T,
  ) => Promise<Found<T>>
}

export interface DirectoryOptions {
  readonly session: Session
  /** Empty for the domain controller's own domain. */
  readonly baseDn: string
  readonly email: string
  readonly nowMs: number
  readonly log: Log
  readonly signal: AbortSignal
}

/**
 * Finds out what the domain controller holds, and makes sure that the base is there.
 * @throws ScimPushError `AD_BASE_DN`, `AD_SEARCH_REFUSED`, and what `Session.search` throws
 */
export const findDirectory = async (options: DirectoryOptions): Promise<Directory> => {
  const { session, email, nowMs, log, signal } = options
  const controls = [new ExtendedDnControl()]
  const search = (question: Omit<Question, 'controls'>) =>
    session.search({ ...question, controls }, (entry) => parseEntry(entry, { email, nowMs }), signal)

  const { domain, ...settings } = await readRoot(session, signal)
  const base = options.baseDn.trim() === '' ? domain : await canonicalBase(options)
  return {
    base,
    domain,
    settings,
    catalogUsed: () => session.catalogUsed(),
    email,
    log,
    search,
    readEntry: (dn, attributes) => search({ base: dn, scope: 'base', filter: anything, attributes }),
    readRaw: (dn, attributes, parse) =>
      session.search({ base: dn, scope: 'base', filter: anything, attributes, controls }, parse, signal),
  }
}

interface Root {
  readonly domain: string
  readonly configuration: string | null
  readonly service: string | null
}

const readRoot = async (session: Session, signal: AbortSignal): Promise<Root> => {
  const attributes = ['defaultNamingContext', 'configurationNamingContext', 'dsServiceName']
  const found = await session.search(
    { base: '', scope: 'base', filter: anything, attributes, controls: [] },
    (entry) => attributes.map((name) => attributesOf(entry).text(name)),
    signal,
  )
  const where = session.endpoint()?.url ?? ''
  if (found.incomplete)
    throw new ScimPushError(found.incomplete.away ? 'AD_UNREACHABLE' : 'AD_SEARCH_REFUSED', {
      message: `the root of the directory could not be read: ${found.incomplete.detail}`,
      where,
    })
  const [domain = null, configuration = null, service = null] = found.entries[0] ?? []
  if (domain === null)
    throw new ScimPushError('AD_SEARCH_REFUSED', {
      message: 'this server does not present itself as a domain controller: it names no defaultNamingContext',
      where,
      remedy: 'Point spec.source.activeDirectory.url at a domain controller of Active Directory.',
    })
  return { domain, configuration, service }
}

/** The base as the directory itself writes it. */
const canonicalBase = async ({ session, baseDn, signal }: DirectoryOptions): Promise<string> => {
  const found = await session.search(
    { base: baseDn, scope: 'base', filter: anything, attributes: ['objectClass'], controls: [] },
    (entry) => entry.name,
    signal,
  )
  const base = found.entries[0]
  if (base !== undefined) return base
  const status = found.incomplete?.status
  const wrong =
    found.incomplete === null ||
    status === resultCode.noSuchObject ||
    status === resultCode.invalidDnSyntax ||
    status === resultCode.referral
  const away = found.incomplete?.away === true
  throw new ScimPushError(wrong ? 'AD_BASE_DN' : away ? 'AD_UNREACHABLE' : 'AD_SEARCH_REFUSED', {
    message: `the base ${baseDn} could not be read: ${found.incomplete?.detail ?? 'it is not there, or not readable'}`,
    where: 'spec.source.activeDirectory.baseDn',
  })
}
