import { expect, test } from 'vitest'
import { listenText, parseListen, type Listen } from './http-server-listen.ts'

test.each<[string, string, Listen]>([
  ['a port', '8080', { host: null, port: 8080 }],
  ['a colon and a port', ':8080', { host: null, port: 8080 }],
  ['any port', ':0', { host: null, port: 0 }],
  ['the last port', '127.0.0.1:65535', { host: '127.0.0.1', port: 65_535 }],
  ['every IPv4 address', '0.0.0.0:8080', { host: '0.0.0.0', port: 8080 }],
  ['IPv6', '[::1]:8080', { host: '::1', port: 8080 }],
  ['a name', 'localhost:8080', { host: 'localhost', port: 8080 }],
  ['a long name', 'pod-0.scim-push.svc:80', { host: 'pod-0.scim-push.svc', port: 80 }],
  ['spaces around it', ' :8080\n', { host: null, port: 8080 }],
])('%s: %j', (_, text, listen) => {
  expect(parseListen(text)).toEqual(listen)
})

test.each<[string, string, RegExp]>([
  ['nothing', '', /port from 0 to 65535/],
  ['no port', '127.0.0.1:', /port from 0 to 65535/],
  ['an address alone', '127.0.0.1', /port from 0 to 65535/],
  ['a port too high', ':65536', /port from 0 to 65535/],
  ['a negative port', ':-1', /port from 0 to 65535/],
  ['a port in hexadecimal', ':0x50', /port from 0 to 65535/],
  ['a port with a fraction', ':80.5', /port from 0 to 65535/],
  ['the name of a port', ':http', /port from 0 to 65535/],
  ['IPv6 without brackets', '::1:8080', /in brackets/],
  ['brackets and no port', '[::1]', /in brackets/],
  ['an open bracket', '[::1:8080', /in brackets/],
  ['IPv4 in brackets', '[127.0.0.1]:8080', /within the brackets/],
  ['nothing in brackets', '[]:8080', /within the brackets/],
  ['IPv4 out of range', '256.0.0.1:8080', /an address of this machine/],
  ['a wildcard', '*:8080', /an address of this machine/],
  ['a URL', 'http://localhost:8080', /in brackets/],
  ['a path', ':8080/metrics', /port from 0 to 65535/],
  ['a space within', '127.0.0.1 :8080', /an address of this machine/],
])('not %s: %j', (_, text, message) => {
  expect(parseListen(text)).toMatch(message)
})

test.each(['[::1]:8080', '0.0.0.0:8080', 'localhost:80', ':8080'])(
  'is written as it was read: %s',
  (text) => {
    const listen = parseListen(text)
    expect(typeof listen === 'string' ? null : listenText(listen)).toBe(text)
  },
)
