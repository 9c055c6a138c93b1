import { describe, expect, test } from 'vitest'
import { enumerated, integer, octets, sequence, tlv } from '../../../test/fixtures/ber.ts'
import { createFrames } from './frames.ts'

const message = (...parts: readonly Buffer[]): Buffer => sequence(integer(1), ...parts)
const attribute = (type: string, ...values: readonly string[]): Buffer =>
  sequence(octets(type), tlv(0x31, ...values.map(octets)))
const entry = message(tlv(0x64, octets('CN=ann'), sequence(attribute('member', 'a', 'b'), attribute('cn'))))
const reference = message(tlv(0x73, octets('ldap://x.example/')))
const paging = (value: Buffer): Buffer => sequence(octets('1.2.840.113556.1.4.319'), octets(value))
const done = (...controls: readonly Buffer[]): Buffer =>
  message(tlv(0x65, enumerated(0), octets(''), octets('')), tlv(0xa0, ...controls))
const cookie = paging(sequence(integer(0), octets('more')))

test('messages come out whole, however they were cut', () => {
  const bytes = Buffer.concat([entry, reference, done(cookie)])
  for (const size of [1, 2, 7, 50, bytes.length]) {
    const frames = createFrames()
    const found: Buffer[] = []
    for (let at = 0; at < bytes.length; at += size) found.push(...frames.push(bytes.subarray(at, at + size)))
    expect(found).toEqual([entry, reference, done(cookie)])
  }
})

test('ten thousand messages in one packet', () => {
  expect(createFrames().push(Buffer.concat(Array<Buffer>(10_000).fill(reference)))).toHaveLength(10_000)
})

// Each made ldapts go round for ever, or run out of stack, or take a list for ended that was not.
describe('what is not made as LDAP has it', () => {
  test.each<[string, Buffer]>([
    ['a length that is negative in 32 bits: of the message', Buffer.from('3084ffffff00020101', 'hex')],
    [
      'of an attribute’s value',
      message(
        tlv(
          0x64,
          octets('a'),
          sequence(sequence(octets('cn'), tlv(0x31, Buffer.from('0484fffffff0', 'hex')))),
        ),
      ),
    ],
    ['a part that is longer than the whole', message(tlv(0x73, Buffer.from('047f61', 'hex')))],
    ['an entry without attributes', message(tlv(0x64, octets('a')))],
    ['a reference that is no text', message(tlv(0x73, integer(1)))],
    ['a result without a status', message(tlv(0x65, octets(''), octets('')))],
    ['an operation that nobody asked for', message(tlv(0x7f, octets('')))],
    ['a cookie that is cut off', done(paging(sequence(integer(0), Buffer.from('047f61', 'hex'))))],
    ['a paging control without a value', done(sequence(octets('1.2.840.113556.1.4.319')))],
    ['two paging controls', done(cookie, cookie)],
    ['no LDAP at all', Buffer.from('HTTP/1.1 400 Bad Request\r\n')],
    ['an indefinite length', Buffer.from('3080020101', 'hex')],
  ])('%s', (_, bytes) => {
    expect(() => createFrames().push(bytes)).toThrow(Error)
  })
})

test('a message is refused by the length that it announces', () => {
  expect(() => createFrames(1000).push(Buffer.from('30847fffffff', 'hex'))).toThrow('2147483653 bytes')
})
