import fc from 'fast-check'
import type { SearchEntry } from 'ldapts'
import { createFrames } from '../../src/source/active-directory/frames.ts'
import { domainOf, parseExtendedDn } from '../../src/source/active-directory/extended-dn.ts'
import { parseEntry } from '../../src/source/active-directory/parse.ts'
import { attributesOf } from '../../src/source/active-directory/attributes.ts'
import { primaryGroupSid, sidBytes, sidText } from '../../src/source/active-directory/sid.ts'
import { guidBytes, guidText } from '../../src/source/active-directory/guid.ts'
import { integer, octets, sequence, tlv } from '../fixtures/ber.ts'
import { fuzz } from '../fixtures/fuzz/fuzz.ts'
import { hostileText, hugeText } from '../fixtures/fuzz/hostile.ts'
import { dashed, group, person, userDn } from '../fixtures/ldap-stub/objects.ts'

type Values = readonly (readonly [type: string, values: readonly Buffer[]])[]

const entryOf = (name: string, values: Values): SearchEntry =>
  ({
    name,
    attributes: values.map(([type, parsedBuffers]) => ({ type, parsedBuffers })),
  }) as unknown as SearchEntry

const ann = person('ann')
const sales = group('sales', [userDn('ann'), userDn('bob')])
const bytesOf = (value: string | Buffer): Buffer => (typeof value === 'string' ? Buffer.from(value) : value)
const valuesOf = ({ attributes }: typeof ann): Values =>
  Object.entries(attributes).map(([type, values]) => [type, values.map(bytesOf)])

const hostileBytes = fc.oneof(
  { weight: 6, arbitrary: hostileText.map((text) => Buffer.from(text)) },
  { weight: 3, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)) },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(
        '805306368',
        '268435456',
        '66050',
        '0x2',
        '2e0',
        '514.9',
        '1',
        '-1',
        '99999999999999999999',
      )
      .map(bytesOf),
  },
)
const names = fc.oneof(
  fc.constantFrom(
    'member',
    'MEMBER',
    'objectClass',
    'objectGUID',
    'objectSid',
    'sAMAccountType',
    'userAccountControl',
    'accountExpires',
  ),
  fc.constantFrom(
    'member;range=0-1',
    'member;range=0-*',
    'member;range=2-1',
    'member;range=99999999999-*',
    'member;range=a-b',
    'mail;range=0-*',
    'mail;lang-de',
  ),
  hostileText,
)
interface Change {
  readonly kind: 'remove' | 'replace' | 'again' | 'add' | 'rename' | 'many'
  readonly at: number
  readonly name: string
  readonly bytes: readonly Buffer[]
}
const changes: fc.Arbitrary<readonly Change[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('remove', 'replace', 'again', 'add', 'rename', 'many'),
    at: fc.nat(),
    name: names,
    bytes: fc.array(hostileBytes, { maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 3 },
)
const changed = (values: Values, some: readonly Change[]): Values => {
  const list = [...values]
  for (const { kind, at, name, bytes } of some) {
    const n = at % Math.max(1, list.length)
    const [type, old] = list[n] ?? ['cn', []]
    if (kind === 'remove') list.splice(n, 1)
    else if (kind === 'replace') list[n] = [type, bytes]
    else if (kind === 'again') list.push([type, bytes])
    else if (kind === 'add') list.push([name, bytes])
    else if (kind === 'rename') list[n] = [name, old]
    else list[n] = [type, Array.from({ length: 500 }, () => old[0] ?? Buffer.alloc(0))]
  }
  return list
}

const dn = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      userDn('ann'),
      `<GUID=${dashed('ann')}>;${userDn('ann')}`,
      `<GUID=${dashed('bob')}>;${userDn('ann')}`,
      '',
    ),
  },
  { weight: 2, arbitrary: hostileText },
)
const options = { email: 'mail', nowMs: Date.UTC(2026, 0, 15) }
const mustHold = (fits: boolean, what: string): void => {
  if (!fits) throw new Error(`${what} is not as it must be`)
}

fuzz('an entry of a person', 9000, fc.tuple(dn, changes), ([name, some]) => {
  const values = changed(valuesOf(ann), some)
  const entry = parseEntry(entryOf(name, values), options)
  const touched = (attribute: string): boolean =>
    some.length > 0 && values.filter(([type]) => type.toLowerCase() === attribute.toLowerCase()).length !== 1
  if (entry.kind !== 'person') return
  // Whose state is not to be read is not taken for somebody to deactivate.
  const control =
    values.find(([type]) => type.toLowerCase() === 'useraccountcontrol')?.[1][0]?.toString() ?? ''
  if (!/^-?\d+$/.test(control) && !touched('userAccountControl') && !touched('accountExpires')) {
    const expires = values.find(([type]) => type.toLowerCase() === 'accountexpires')?.[1][0]?.toString()
    mustHold(entry.user.active || expires !== '9223372036854775807', 'the state')
  }
  const guid = /<GUID=([^>]*)>/.exec(name)?.[1]
  if (guid !== undefined && parseExtendedDn(name).guid === guid) mustHold(entry.guid === guid, 'the id')
  mustHold(
    [entry.guid, entry.user.label, entry.user.displayName].every((text) => typeof text === 'string'),
    'a text',
  )
  if (entry.primaryGroupSid !== null) mustHold(sidBytes(entry.primaryGroupSid).length > 8, 'a SID')
})

fuzz('an entry of a group', 9000, fc.tuple(dn, changes), ([name, some]) => {
  const values = changed(valuesOf(sales), some)
  const entry = parseEntry(entryOf(name, values), options)
  if (entry.kind !== 'group') return
  // No value of `member` gets lost, however often the attribute comes.
  const sent = values.filter(([type]) => type.toLowerCase() === 'member').flatMap(([, all]) => all)
  mustHold(entry.members.length === sent.length, 'the members')
  mustHold(typeof entry.displayName === 'string' && entry.displayName !== '', 'the name')
})

fuzz('what a DN says', 5000, hostileText, (text) => {
  const { guid, dn: rest } = parseExtendedDn(text)
  mustHold(guid === null || guidText(guidBytes(guid)) === guid, 'a GUID')
  mustHold(text.endsWith(rest) && text.toLowerCase().endsWith(domainOf(text)), 'a DN')
})
fuzz('something huge', 10, hugeText, (text) => {
  domainOf(text)
  domainOf(`${text}x`)
  parseExtendedDn(text)
  parseExtendedDn('<GUID='.repeat(100_000) + text)
  attributesOf(entryOf(text, [[text, [Buffer.from(text)]]]))
})
fuzz('a SID', 5000, fc.tuple(fc.uint8Array({ maxLength: 80 }), hostileText), ([bytes, id]) => {
  const sid = sidText(Buffer.from(bytes))
  if (sid === null) return
  mustHold(sidBytes(sid).equals(Buffer.from(bytes)), 'a SID')
  const primary = primaryGroupSid(sid, id)
  if (primary !== null) sidBytes(primary)
})

const message = (...parts: readonly Buffer[]): Buffer => sequence(integer(1), ...parts)
const attribute = (type: string, ...values: readonly string[]): Buffer =>
  sequence(octets(type), tlv(0x31, ...values.map(octets)))
const paging = sequence(octets('1.2.840.113556.1.4.319'), octets(sequence(integer(0), octets('more'))))
const right: readonly Buffer[] = [
  message(tlv(0x64, octets(userDn('ann')), sequence(attribute('cn', 'ann'), attribute('member', 'a', 'b')))),
  message(tlv(0x73, octets('ldap://x.example/'))),
  message(tlv(0x65, tlv(0x0a, Buffer.from([0])), octets(''), octets('')), tlv(0xa0, paging)),
]
const stream = fc
  .record({
    messages: fc.array(fc.constantFrom(...right), { minLength: 1, maxLength: 5 }),
    damage: fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 3 }),
    cuts: fc.array(fc.nat(), { maxLength: 4 }),
  })
  .map(({ messages, damage, cuts }) => {
    const bytes = Buffer.concat(messages)
    for (const [at, value] of damage) bytes[at % bytes.length] = value
    const places = [...new Set(cuts.map((at) => at % bytes.length))].sort((a, b) => a - b)
    return {
      whole: damage.length === 0,
      count: messages.length,
      chunks: [0, ...places].map((at, n) => bytes.subarray(at, places[n])),
    }
  })
fuzz('bytes cut into messages', 10_000, stream, ({ whole, count, chunks }) => {
  const frames = createFrames(10_000)
  let found = 0
  try {
    for (const chunk of chunks) found += frames.push(Buffer.from(chunk)).length
  } catch (error) {
    if (whole || !(error instanceof Error) || error instanceof RangeError || error instanceof TypeError)
      throw error
    return
  }
  mustHold(!whole || found === count, 'the messages')
})
