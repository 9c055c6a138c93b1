import { assertNever } from '../lib/assert-never.ts'
import type { Checking } from './checking.ts'
import type { ActiveDirectoryConfig, GoogleConfig, RecordsConfig, SourceConfig } from './config.ts'
import { parseLdapUrl } from './url-checks.ts'

/**
 * The source that `source.type` names, with what it needs; null when something is wrong with it, which the checking was
 * told. Sections of other sources may be there, and are not looked at.
 */
export const sourceConfig = async (checking: Checking): Promise<SourceConfig | null> => {
  const { type } = checking.values.source
  switch (type) {
    case 'google':
      return googleConfig(checking)
    case 'activeDirectory':
      return activeDirectoryConfig(checking)
    case 'records':
      return recordsConfig(checking)
    case null:
      checking.required('source.type', '')
      return null
    default:
      return assertNever(type)
  }
}

const googleConfig = async (checking: Checking): Promise<GoogleConfig | null> => {
  const { google } = checking.values.source
  const adminEmail = checking.required('source.google.adminEmail', google.adminEmail)
  const credentials = await checking.secret('source.google.credentials')
  const customer = checking.required('source.google.customer', google.customer)
  const rootUrl = checking.httpUrl('source.google.rootUrl', google.rootUrl, 'never')
  const tokenUrl = checking.httpUrl('source.google.tokenUrl', google.tokenUrl, 'never')
  if (adminEmail === null || !credentials || customer === null || rootUrl === null || tokenUrl === null)
    return null
  return {
    type: 'google',
    adminEmail,
    credentials,
    customer,
    // The API's client appends paths to it.
    rootUrl: rootUrl.endsWith('/') ? rootUrl : `${rootUrl}/`,
    tokenUrl,
  }
}

const activeDirectoryConfig = async (checking: Checking): Promise<ActiveDirectoryConfig | null> => {
  const {
    url: urls,
    startTls,
    allowInsecure,
    caFile,
    baseDn,
    ...section
  } = checking.values.source.activeDirectory
  const url = checking.required('source.activeDirectory.url', urls)
  const addresses = url && ldapAddresses(checking, url)
  const user = checking.required('source.activeDirectory.user', section.user)
  const password = await checking.secret('source.activeDirectory.password')
  const email = checking.required('source.activeDirectory.email', section.email)
  await checking.caFile('source.activeDirectory.caFile', caFile)
  if (!addresses || user === null || !password || email === null) return null
  return {
    type: 'activeDirectory',
    url: addresses,
    user,
    password,
    startTls,
    allowInsecure,
    caFile,
    baseDn,
    email,
  }
}

/** The URLs with their schemes, less those that are wrong or would show the password to the network, which is a problem. */
const ldapAddresses = (checking: Checking, urls: readonly string[]): readonly string[] => {
  const { startTls, allowInsecure } = checking.values.source.activeDirectory
  const path = 'source.activeDirectory.url'
  const addresses: string[] = []
  for (const [index, text] of urls.entries()) {
    const item = urls.length > 1 ? `item ${index + 1} ` : ''
    const parsed = parseLdapUrl(text)
    if (parsed.kind === 'fault') checking.complain(path, parsed.fault.code, `${item}${parsed.fault.message}`)
    else if (parsed.tls && startTls)
      checking.complain(
        path,
        'CONFIG_CONFLICT',
        `${item}is ldaps, which is encrypted from the start, and startTls is true: use ldap:// or set startTls to false`,
      )
    else if (!parsed.tls && !startTls && !allowInsecure)
      checking.complain(
        path,
        'CONFIG_INSECURE',
        `${item}is ldap:// without startTls, which shows the password to the network: use ldaps://, or set startTls`,
      )
    else addresses.push(parsed.url)
  }
  return addresses
}

const recordsConfig = (checking: Checking): RecordsConfig | null => {
  const file = checking.required('source.records.file', checking.values.source.records.file)
  return file === null ? null : { type: 'records', file }
}
