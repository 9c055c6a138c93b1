import { readFileSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import { getCACertificates } from 'node:tls'
import { EnvHttpProxyAgent, fetch, type Agent, type Dispatcher } from 'undici'

export interface HttpOptions {
  /** Sockets per origin; undici's own default is no limit at all. */
  readonly maxConnections: number
  /** PEM file of certificate authorities, trusted besides the public ones; empty for those alone. */
  readonly caFile: string
  readonly connectTimeoutMs: number
  /** From the request's last byte to the answer's first. */
  readonly headersTimeoutMs: number
  /** Between two parts of the answer's body. */
  readonly bodyTimeoutMs: number
}

export const defaultHttpOptions: HttpOptions = {
  maxConnections: 16,
  caFile: '',
  connectTimeoutMs: 10_000,
  headersTimeoutMs: 60_000,
  bodyTimeoutMs: 60_000,
}

/**
 * One pool of kept-alive HTTP/1.1 connections, bounded; honours HTTPS_PROXY and NO_PROXY. Redirects are not followed:
 * undici follows none unless told to. The caller closes it.
 * @throws the file system's error when `caFile` can't be read
 */
export const createDispatcher = (options: HttpOptions): Dispatcher => {
  // Node's own include those of NODE_EXTRA_CA_CERTS, which naming a `ca` would otherwise switch off.
  const ca = options.caFile
    ? [...getCACertificates('default'), readFileSync(options.caFile, 'utf8')]
    : undefined
  const settings: Agent.Options & EnvHttpProxyAgent.Options = {
    // Of its own accord it would ask the environment, which is slow, at each request.
    noProxy: process.env['no_proxy'] ?? process.env['NO_PROXY'] ?? '',
    connections: options.maxConnections,
    allowH2: false,
    keepAliveTimeout: 30_000,
    headersTimeout: options.headersTimeoutMs,
    bodyTimeout: options.bodyTimeoutMs,
    connect: { timeout: options.connectTimeoutMs, ...(ca ? { ca } : {}) },
    ...(ca ? { requestTls: { ca } } : {}),
  }
  return new EnvHttpProxyAgent(settings)
}

/**
 * `fetch` over a pool, for libraries that take one. Redirects are not followed: credentials would go along. It is undici's own
 * fetch, because a pool of one undici does not fit the one inside Node; their types differ in name alone.
 */
export const createFetch = (dispatcher: Dispatcher): typeof globalThis.fetch => {
  const pooled: typeof fetch = (input, init) => fetch(input, { ...init, redirect: 'manual', dispatcher })
  return pooled as unknown as typeof globalThis.fetch
}

/** A body as text; null when it has more than `most` bytes, of which no more are read then. Its connection is closed. */
export const readBounded = async (body: AsyncIterable<Uint8Array>, most: number): Promise<string | null> => {
  const bounded = createBoundedText(most)
  // Leaving the loop ends the stream.
  for await (const part of body) if (!bounded.add(part)) return null
  return bounded.text()
}

/** The text of a body that comes in parts: `add` says whether it is no longer than `most` bytes yet. Without its byte order mark. */
export const createBoundedText = (most: number) => {
  // Part by part, so that no page of megabytes is held twice. TextDecoder would load all of ICU first, which takes as long as a page.
  const decoder = new StringDecoder('utf8')
  let text = ''
  let bytes = 0
  return {
    add(part: Uint8Array): boolean {
      bytes += part.byteLength
      if (bytes > most) return false
      text += decoder.write(part)
      return true
    },
    text(): string {
      const whole = text + decoder.end()
      return whole.startsWith('\ufeff') ? whole.slice(1) : whole
    },
  }
}
