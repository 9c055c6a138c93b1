import { isIP, isIPv6 } from 'node:net'

/** Where to listen; a null host is every address of the machine, a port of 0 any that is free. */
export interface Listen {
  readonly host: string | null
  readonly port: number
}

/** `ADDRESS:PORT`, `:PORT` or `PORT`, an IPv6 address in brackets. A text is what is wrong, and completes the option's name. */
export const parseListen = (text: string): Listen | string => {
  const match = /^(?:\[(?<bracketed>[^\]]*)\]:|(?<bare>[^:]*):)?(?<port>[^:]*)$/.exec(text.trim())
  if (!match?.groups) return 'must be ADDRESS:PORT, with an IPv6 address in brackets: [::1]:8080'
  const { bracketed, bare = '', port = '' } = match.groups
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) return 'must end in a port from 0 to 65535'
  if (bracketed !== undefined && !isIPv6(bracketed)) return 'must have an IPv6 address within the brackets'
  if (bare !== '' && !isHost(bare))
    return 'must begin with an address of this machine, or with nothing for all of them'
  return { host: bracketed ?? (bare === '' ? null : bare), port: Number(port) }
}

/** An IPv4 address, or a host name; what ends in digits is no name. */
const isHost = (text: string): boolean =>
  isIP(text) !== 0 ||
  /^(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)*(?!\d+$)[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i.test(text)

/** As it is written: `[::1]:8080`, `0.0.0.0:8080`, `:8080`. */
export const listenText = ({ host, port }: Listen): string =>
  `${host !== null && isIPv6(host) ? `[${host}]` : (host ?? '')}:${port}`
