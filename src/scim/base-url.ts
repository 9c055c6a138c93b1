import { ScimPushError } from '../errors/error.ts'
import { trimEndOf } from '../lib/trim-end.ts'

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i

export const isLoopback = (url: URL): boolean => LOOPBACK.test(url.hostname)

/**
 * The endpoint’s base URL without trailing slash, query and fragment. A URL that ends in `/Users` or `/Groups`, as pasted from
 * a browser, is cut back.
 * @throws ScimPushError SCIM_INSECURE_URL, SCIM_WRONG_URL
 */
export const parseBaseUrl = (text: string, allowInsecure: boolean): URL => {
  let url: URL
  try {
    url = new URL(text)
  } catch (cause) {
    throw new ScimPushError('SCIM_WRONG_URL', {
      message: 'target.url is not a URL',
      where: 'target.url',
      cause,
    })
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new ScimPushError('SCIM_WRONG_URL', {
      message: `target.url has the scheme ${url.protocol}`,
      where: 'target.url',
    })
  }
  if (url.protocol === 'http:' && !allowInsecure && !isLoopback(url)) {
    throw new ScimPushError('SCIM_INSECURE_URL', {
      message: `http:// to ${url.host} would show the token to the network`,
      where: 'target.url',
    })
  }
  url.search = ''
  url.hash = ''
  url.username = ''
  url.password = ''
  url.pathname = trimEndOf(url.pathname, '/').replace(/\/(Users|Groups)$/, '')
  return url
}

/**
 * Whether a `Location` is of this endpoint: its host, and a path below the base URL's. Scheme and port are not compared: behind a
 * proxy an endpoint may not know them. An empty one says nothing.
 */
export const isOfEndpoint = (baseUrl: URL, location = ''): boolean => {
  if (location === '') return true
  const url = URL.parse(location, `${trimEndOf(baseUrl.href, '/')}/`)
  const below = `${trimEndOf(baseUrl.pathname, '/')}/`
  return url?.hostname === baseUrl.hostname && url.pathname.startsWith(below)
}
