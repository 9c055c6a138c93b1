import { isIP } from 'node:net'
import { ScimPushError } from '../../errors/error.ts'

/** One domain controller to talk to, and how the connection is secured. */
export interface Endpoint {
  /** For messages: scheme, host and port. */
  readonly url: string
  /** An IPv6 address stands without its brackets. */
  readonly host: string
  readonly port: number
  /** `ldaps` from the first byte, `startTls` after asking for it, or `clear`. */
  readonly security: 'ldaps' | 'startTls' | 'clear'
  /** The ports of the global catalog (3268, 3269), which holds only part of every object. */
  readonly globalCatalog: boolean
}

/**
 * Reads the URLs of `spec.source.activeDirectory.url`; one without a scheme means ldaps.
 * @throws ScimPushError `AD_URL` for what is no LDAP URL, `AD_CLEAR_BIND` where the password would go out in the clear
 */
export const parseEndpoints = (
  urls: readonly string[],
  options: { readonly startTls: boolean; readonly allowInsecure: boolean },
): readonly Endpoint[] => {
  if (urls.length === 0)
    throw new ScimPushError('AD_URL', {
      message: 'no domain controller is configured',
      where: 'spec.source.activeDirectory.url',
    })
  return urls.map((url) => parseEndpoint(url, options))
}

const parseEndpoint = (
  given: string,
  { startTls, allowInsecure }: { readonly startTls: boolean; readonly allowInsecure: boolean },
): Endpoint => {
  const text = given.trim()
  const url = parseUrl(text.includes('://') ? text : `ldaps://${text}`)
  // The text itself is not repeated: it may hold a password.
  if (!url)
    throw new ScimPushError('AD_URL', {
      message: 'a URL is not of the form ldaps://host or ldap://host, with a port or without',
      where: 'spec.source.activeDirectory.url',
    })
  const secure = url.protocol === 'ldaps:'
  const host = url.hostname.replace(/^\[(.*)\]$/u, '$1')
  const port = url.port ? Number(url.port) : secure ? 636 : 389
  const shown = `${url.protocol}//${isIP(host) === 6 ? `[${host}]` : host}:${port}`
  if (!secure && !startTls && !allowInsecure)
    throw new ScimPushError('AD_CLEAR_BIND', {
      message: `${shown} would send the password in the clear; nothing was sent`,
      where: 'spec.source.activeDirectory.url',
    })
  return {
    url: shown,
    host,
    port,
    security: secure ? 'ldaps' : startTls ? 'startTls' : 'clear',
    globalCatalog: port === 3268 || port === 3269,
  }
}

const parseUrl = (text: string): URL | null => {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  const plain = url.username === '' && url.password === '' && url.search === '' && url.hash === ''
  const scheme = url.protocol === 'ldap:' || url.protocol === 'ldaps:'
  return scheme && plain && url.hostname !== '' && /^\/?$/u.test(url.pathname) ? url : null
}
