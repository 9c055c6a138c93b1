import type { Problem } from './problem.ts'
import { trimEndOf } from '../lib/trim-end.ts'

/** What is wrong with a URL; completes the setting's name, and never quotes the URL: it may hold a password. */
export interface UrlFault {
  readonly code: Problem['code']
  readonly message: string
}

const wrongValue = (message: string): UrlFault => ({ code: 'CONFIG_WRONG_VALUE', message })

/**
 * An address that gets a bearer token: absolute, https, or http where that is this machine or allowed. It may carry
 * neither a login nor a query, where secrets are put and then logged.
 */
export const httpUrlFault = (text: string, allowInsecure: boolean | 'never'): UrlFault | null => {
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return wrongValue('must be an absolute URL that begins with https://')
  const login = loginFault(url)
  if (login) return login
  // Not by `search` and `hash`, which are empty where nothing comes after the mark.
  if (/[?#]/.test(url.href)) return wrongValue('must have neither a query (?…) nor a fragment (#…)')
  if (!isPlain(text, url))
    return wrongValue(
      'must be written in its plain form: https://host/path, without ./ and ../, backslashes and blanks, ' +
        'without zeros before the port, the host in ASCII (xn--…) or an IP address in its usual notation',
    )
  if (url.protocol === 'https:' || isLoopback(url.hostname) || allowInsecure === true) return null
  return {
    code: 'CONFIG_INSECURE',
    message:
      allowInsecure === 'never'
        ? 'is http:// to another machine; use https://'
        : 'is http:// to another machine; use https://, or set allowInsecure in a test network',
  }
}

/**
 * Whether nobody but us has to understand the text as a URL. The lock is named after the text, by the chart's templates as well, which
 * only know about letter case, the default port and slashes at the end: two spellings of one target would be two locks.
 */
const isPlain = (text: string, { protocol, href }: URL): boolean => {
  const port = protocol === 'https:' ? '443' : '80'
  const plain = text
    .trim()
    .replace(/^[^/]*\/\/[^/]*/, (origin) => origin.toLowerCase())
    .replace(new RegExp(`^([^/]*//[^/]*):${port}(?=/|$)`), '$1')
  return withoutSlashes(plain) === withoutSlashes(href)
}

const withoutSlashes = (text: string): string => trimEndOf(text, '/')

const loginFault = (url: URL): UrlFault | null =>
  url.username === '' && url.password === ''
    ? null
    : { code: 'CONFIG_SECRET_EXPOSED', message: 'must not have a login (user:password@) in it' }

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)

export type LdapUrl =
  | { readonly kind: 'url'; readonly url: string; readonly tls: boolean }
  | { readonly kind: 'fault'; readonly fault: UrlFault }

/** Ports where servers speak LDAP without TLS from the start: the directory's and the global catalog's. */
const CLEAR_PORTS = new Set(['389', '3268'])

/** `ldaps://host:port` or `ldap://host:port`; a bare host becomes ldaps. */
export const parseLdapUrl = (text: string): LdapUrl => {
  const fault = (one: UrlFault): LdapUrl => ({ kind: 'fault', fault: one })
  const bare = !text.includes('://')
  const url = URL.parse(bare ? `ldaps://${text}` : text)
  if (!url || url.hostname === '' || (url.protocol !== 'ldap:' && url.protocol !== 'ldaps:'))
    return fault(wrongValue('must be ldaps://HOST, ldap://HOST or a bare host'))
  const login = loginFault(url)
  if (login) return fault(login)
  if (!/^\/?$/.test(url.pathname) || url.search !== '' || url.hash !== '')
    return fault(wrongValue('must end after the host and port; where to search is set by baseDn'))
  const tls = url.protocol === 'ldaps:'
  if (tls && CLEAR_PORTS.has(url.port))
    return fault(
      wrongValue(
        `means ldaps on port ${url.port}, where servers speak ldap; use port ${url.port === '389' ? 636 : 3269}, or ldap:// with startTls`,
      ),
    )
  return { kind: 'url', url: `${url.protocol}//${url.host}`, tls }
}
