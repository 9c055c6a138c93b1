import { describe, expect, test } from 'vitest'
import { userKey } from '../../src/model/ids.ts'
import type { DirectorySnapshot } from '../../src/model/snapshot.ts'
import type { RunReport } from '../../src/report/report.ts'
import type { Source } from '../../src/source/source.ts'
import { createActiveDirectorySource } from '../../src/source/active-directory/active-directory-source.ts'
import { domain, group, person as entry, userDn, groupDn } from '../fixtures/ldap-stub/objects.ts'
import { startLdapStub } from '../fixtures/ldap-stub/server.ts'
import { sourceOptions } from '../fixtures/ldap-stub/source.ts'
import { memorySource } from '../fixtures/memory-source.ts'
import { oddNames } from '../fixtures/odd-names.ts'
import { runOnce } from '../fixtures/run-once.ts'
import { startScimStub } from '../fixtures/scim-stub.ts'
import { scimTargetTo } from '../fixtures/scim-target.ts'
import { person, snapshot, team } from '../fixtures/simulate.ts'
import {
  googleWorld,
  keeperEndpoint,
  recordsWorld,
  rfc7644Endpoint,
  type Endpoint,
} from '../fixtures/world.ts'

// Odd names go the whole way, from every source to both kinds of target, and nobody is taken for somebody else.

const quick = { retryPolicy: { attempts: 2, baseMs: 1, capMs: 1, totalMs: 60_000 } }

interface Company {
  source(): Source
  /** Takes a person out of the directory. */
  leave(name: string): Promise<void>
  close(): Promise<void>
}

/** Each name is somebody's, and that of a group of this one person. */
const companies: Readonly<Record<string, (names: readonly string[]) => Promise<Company>>> = {
  async records(names) {
    const world = await recordsWorld()
    for (const name of names) {
      await world.addUser(name)
      await world.addGroup(name)
      await world.addMember(name, name)
    }
    return { ...world, leave: (name) => world.removeUser(name) }
  },
  async google(names) {
    const world = await googleWorld()
    for (const name of names) {
      await world.addUser(name)
      await world.addGroup(name)
      await world.addMember(name, name)
    }
    return { ...world, leave: (name) => world.removeUser(name) }
  },
  async activeDirectory(names) {
    // Like the server that it stands for, the stub takes letters with and without accents in a DN for one.
    const rdn = (name: string): string => (/^[ -~]*$/.test(name) ? name : `odd ${names.indexOf(name)}`)
    const objectsOf = (some: readonly string[]) => [
      domain,
      ...some.map((name) =>
        entry(rdn(name), {
          ...{
            sAMAccountName: name,
            mail: `${name}@corp.example`,
            userPrincipalName: `${name}@ad.corp.example`,
          },
          ...{ displayName: name, givenName: name, sn: name },
        }),
      ),
      ...names.map((name) =>
        group(`G${rdn(name)}`, some.includes(name) ? [userDn(rdn(name))] : [], {
          ...{ cn: name, name, sAMAccountName: name },
        }),
      ),
      group('roster', [
        ...some.map((name) => userDn(rdn(name))),
        ...names.map((name) => groupDn(`G${rdn(name)}`)),
      ]),
    ]
    let present = names
    let stub = await startLdapStub({ objects: objectsOf(present) })
    return {
      source: () => createActiveDirectorySource(sourceOptions({ url: [`ldap://127.0.0.1:${stub.port}`] })),
      async leave(name) {
        present = present.filter((one) => one !== name)
        await stub.close()
        stub = await startLdapStub({ objects: objectsOf(present) })
      },
      close: () => stub.close(),
    }
  },
}

const endpoints: Readonly<Record<string, () => Promise<Endpoint>>> = {
  keeper: keeperEndpoint,
  rfc7644: rfc7644Endpoint,
}

/** Neither Active Directory nor Keeper has an address with white space in it, or with a second @; LDAP has no half of a pair. */
const fits = (source: string, target: string, name: string): boolean =>
  (source !== 'activeDirectory' && target !== 'keeper') || (!/[\s@]/u.test(name) && name.isWellFormed())

describe.each(Object.keys(companies))('from %s', (sourceType) => {
  test.each(Object.keys(endpoints))(
    'to %s: all at once, again, and without half of them',
    async (targetType) => {
      const names = oddNames.map(({ text }) => text).filter((name) => fits(sourceType, targetType, name))
      const company = await companies[sourceType]!(names)
      const endpoint = await endpoints[targetType]!()
      const push = (): Promise<RunReport> => runOnce(company.source(), scimTargetTo(endpoint, quick).target)
      try {
        const first = await push()
        expect(first.withheld).toEqual([])
        expect(first.actions.filter(({ outcome }) => outcome?.status !== 'succeeded')).toEqual([])
        expect(first).toMatchObject({ result: 'converged', exitCode: 0 })
        expect(await push()).toMatchObject({ result: 'converged', actions: [], withheld: [] })

        const { users, groups } = endpoint.summary()
        const trimmed = (name: string): string => name.trim()
        expect(users.map(trimmed).toSorted()).toEqual(
          names.map((name) => trimmed(`${name}@corp.example`)).toSorted(),
        )
        const held = new Map(Object.entries(groups).map(([name, members]) => [trimmed(name), members]))
        for (const name of names)
          expect([name, held.get(trimmed(name))?.map(trimmed)]).toEqual([
            name,
            [trimmed(`${name}@corp.example`)],
          ])

        const leavers = names.filter((_, n) => n % 2 === 0)
        for (const name of leavers) await company.leave(name)
        const second = await push()
        expect(second).toMatchObject({ result: 'converged', withheld: [] })
        const locked = endpoint.summary().users.filter((user) => user.endsWith(' (locked)'))
        expect(locked.map(trimmed).toSorted()).toEqual(
          leavers.map((name) => `${trimmed(`${name}@corp.example`)} (locked)`).toSorted(),
        )
        expect(await push()).toMatchObject({ result: 'converged', actions: [], withheld: [] })
      } finally {
        await Promise.all([company.close(), endpoint.close()])
      }
    },
  )
})

describe('an account that nobody manages yet, and a person whose address looks like its userName', () => {
  type Fate = 'adopted' | 'ambiguous' | 'another'
  const rows: readonly (readonly [why: string, atSource: string, atTarget: string, fate: Fate])[] = [
    ['the same', 'mark', 'mark', 'adopted'],
    ['another case', 'Mark', 'mARK', 'adopted'],
    ['composed and not', 'zo\u00eb', 'zoe\u0308', 'adopted'],
    ['composed and not, in another case', 'ZO\u00cb', 'zoe\u0308', 'adopted'],
    ['blanks around it', ' mark', 'mark', 'adopted'],
    ['a final sigma, which is a sigma', '\u039f\u0394\u039f\u03a3', '\u03bf\u03b4\u03bf\u03c3', 'adopted'],
    ['Cyrillic in another case', '\u0418\u0432\u0430\u043d', '\u0438\u0432\u0430\u043d', 'adopted'],
    ['the Kelvin sign and k', 'mar\u212a', 'mark', 'ambiguous'],
    ['k and the Kelvin sign', 'mark', 'mar\u212a', 'ambiguous'],
    ['the \u00c5ngstr\u00f6m sign and \u00e5', '\u212bsa', '\u00e5sa', 'ambiguous'],
    ['the Ohm sign and omega', '\u2126mega', '\u03c9mega', 'ambiguous'],
    ['the Greek question mark and a semicolon', 'a\u037eb', 'a;b', 'ambiguous'],
    ['a capital theta symbol and theta', '\u03f4a', '\u03b8a', 'ambiguous'],
    ['a capital sharp s and a small one', 'STRA\u1e9eE', 'stra\u00dfe', 'ambiguous'],
    ['an I with a dot, and i with a mark', '\u0130nci', 'i\u0307nci', 'ambiguous'],
    ['an I with a dot, and i', '\u0130nci', 'inci', 'another'],
    ['a dotless i, and i', '\u0131nci', 'inci', 'another'],
    ['a long s', '\u017fam', 'sam', 'another'],
    ['sharp s and ss', 'stra\u00dfe', 'strasse', 'another'],
    ['a ligature', '\ufb01nn', 'finn', 'another'],
    ['a full-width letter', '\uff4dark', 'mark', 'another'],
    ['a Cyrillic letter', 'm\u0430rk', 'mark', 'another'],
    ['a Greek letter', 'm\u03b1rk', 'mark', 'another'],
    ['a space of no width', 'ma\u200brk', 'mark', 'another'],
    ['a joiner of no width', 'mark\u200d', 'mark', 'another'],
    ['a soft hyphen', 'ma\u00adrk', 'mark', 'another'],
    ['a mark of direction', '\u200fmark', 'mark', 'another'],
    ['a variation selector', 'mark\ufe0f', 'mark', 'another'],
    ['an accent', 'm\u00e1rk', 'mark', 'another'],
    ['a nul', 'mark\u0000', 'mark', 'another'],
    ['a blank inside', 'ma rk', 'mark', 'another'],
  ]
  test.each(rows)('%s', async (_, atSource, atTarget, fate) => {
    const stub = await startScimStub()
    const victim = {
      id: 'u-victim',
      userName: `${atTarget}@corp.example`,
      displayName: 'Victim',
      active: true,
    }
    stub.users.set(victim.id, victim)
    const desired = snapshot(
      [person('newcomer', { userName: `${atSource}@corp.example` })],
      [team('Admins', ['newcomer'])],
    )
    try {
      const report = await runOnce(
        memorySource(() => desired),
        scimTargetTo(stub, quick).target,
      )
      const members = [...stub.groups.values()].flatMap(({ members: some }) => some ?? [])
      const account = stub.users.get(victim.id)
      switch (fate) {
        case 'adopted':
          expect(report).toMatchObject({ result: 'converged', withheld: [] })
          expect([account?.['externalId'], members]).toEqual(['k-newcomer', [{ value: victim.id }]])
          break
        case 'ambiguous':
          expect(report).toMatchObject({
            result: 'withheld',
            exitCode: 3,
            withheld: [{ reason: 'ambiguous' }],
          })
          expect(report.withheld[0]?.detail).toMatch(/only looks the same.*<U\+/)
          expect([account, members, stub.users.size]).toEqual([victim, [], 1])
          break
        case 'another':
          expect(report).toMatchObject({ result: 'converged', withheld: [] })
          expect([account, members]).toEqual([victim, [{ value: 'user-2' }]])
      }
    } finally {
      await stub.close()
    }
  })

  test.each(rows.filter(([, , , fate]) => fate !== 'another'))(
    'both at the source: %s: both are left alone',
    async (_, one, another) => {
      const stub = await startScimStub()
      stub.users.set('u1', { id: 'u1', userName: `${another}@corp.example`, active: true })
      const desired = snapshot([
        person('one', { userName: `${one}@corp.example` }),
        person('two', { userName: `${another}@corp.example` }),
      ])
      try {
        const report = await runOnce(
          memorySource(() => desired),
          scimTargetTo(stub, quick).target,
        )
        expect(report).toMatchObject({ result: 'withheld', exitCode: 3, actions: [] })
        expect(report.withheld.map(({ reason }) => reason)).toEqual(['ambiguous', 'ambiguous'])
        expect(stub.writes()).toEqual([])
      } finally {
        await stub.close()
      }
    },
  )

  test('a group by letters that only look the same is neither adopted nor emptied', async () => {
    const stub = await startScimStub()
    const theirs = { id: 'g1', displayName: '\u212aeys', members: [{ value: 'u1' }] }
    stub.groups.set('g1', theirs)
    stub.users.set('u1', { id: 'u1', externalId: 'k-ann', userName: 'ann@corp.example', active: true })
    const desired = snapshot([person('ann')], [team('Keys', [])])
    try {
      const report = await runOnce(
        memorySource(() => desired),
        scimTargetTo(stub, quick).target,
      )
      expect(report.withheld).toMatchObject([{ reason: 'ambiguous', kind: 'group', subject: 'Keys' }])
      expect([report.exitCode, stub.groups.get('g1')]).toEqual([3, theirs])
    } finally {
      await stub.close()
    }
  })

  test('a target to which letters are one that are two here says 409, and nobody is touched', async () => {
    const stub = await startScimStub()
    const victim = { id: 'u-victim', userName: 'finn@corp.example', displayName: 'Victim', active: true }
    stub.users.set(victim.id, victim)
    stub.twist(({ method, path }, answer) =>
      method === 'POST' && path === '/Users'
        ? (stub.users.delete('user-2'), { status: 409, body: { scimType: 'uniqueness' } })
        : answer,
    )
    const desired = snapshot(
      [person('newcomer', { userName: '\ufb01nn@corp.example' })],
      [team('Admins', ['newcomer'])],
    )
    try {
      const report = await runOnce(
        memorySource(() => desired),
        scimTargetTo(stub, quick).target,
      )
      expect(report).toMatchObject({ result: 'partial', exitCode: 4 })
      expect(stub.users.get(victim.id)).toEqual(victim)
      expect([...stub.groups.values()].flatMap(({ members }) => members ?? [])).toEqual([])
    } finally {
      await stub.close()
    }
  })
})

describe('endless names', () => {
  const endless = 'x'.repeat(1_000_000)
  const push = async (
    desired: DirectorySnapshot,
    prepare: (stub: Awaited<ReturnType<typeof startScimStub>>) => void = () => undefined,
  ) => {
    const stub = await startScimStub()
    prepare(stub)
    try {
      const report = await runOnce(
        memorySource(() => desired),
        scimTargetTo(stub, quick).target,
      )
      return {
        report,
        users: [...stub.users.values()],
        groups: [...stub.groups.values()],
        writes: stub.writes(),
      }
    } finally {
      await stub.close()
    }
  }

  test('of one person: the others are pushed, and so is the rest of that person', async () => {
    const desired = snapshot(
      [person('ann'), person('bob', { displayName: endless, givenName: endless }), person('cat')],
      [team('Dev', ['ann', 'bob', 'cat'])],
    )
    const { report, users, groups } = await push(desired)
    expect(report).toMatchObject({ result: 'withheld', exitCode: 3 })
    expect(report.withheld).toMatchObject([
      {
        reason: 'too-long',
        subject: 'bob@corp.example',
        detail: expect.stringContaining('displayName has 1000000 characters') as string,
      },
    ])
    expect(users.map(({ userName }) => userName).toSorted()).toEqual(
      ['ann', 'bob', 'cat'].map((name) => `${name}@corp.example`),
    )
    expect(users.find(({ userName }) => userName === 'bob@corp.example')).not.toHaveProperty('displayName')
    expect(groups[0]?.['members']).toHaveLength(3)
    expect(JSON.stringify(report).length).toBeLessThan(10_000)
  })

  test.each<[string, DirectorySnapshot]>([
    [
      'an email',
      snapshot([person('ann'), person('bob', { userName: `${endless}@corp.example`, label: endless })]),
    ],
    ['an id', snapshot([person('ann'), { ...person('bob'), key: userKey(endless) }])],
    ['the name of a group', snapshot([person('ann')], [team('Dev', ['ann'], { displayName: endless })])],
  ])('%s withholds the entry, and nothing else', async (_, desired) => {
    const { report, users, groups } = await push(desired)
    expect(report).toMatchObject({ result: 'withheld', exitCode: 3 })
    expect(report.withheld.map(({ reason }) => reason)).toEqual(['too-long'])
    expect([users.map(({ userName }) => userName), groups]).toEqual([['ann@corp.example'], []])
    expect(JSON.stringify(report).length).toBeLessThan(10_000)
  })

  const bob = { id: 't-bob', externalId: 'k-bob', userName: 'bob@corp.example', active: true }
  const dev = { id: 't-Dev', externalId: 'k-Dev', displayName: 'Dev', members: [{ value: 't-bob' }] }

  test('who has one is neither removed for it nor spared when suspended', async () => {
    const prepare = (stub: Awaited<ReturnType<typeof startScimStub>>): void => {
      stub.users.set(bob.id, bob)
      stub.groups.set(dev.id, dev)
    }
    const long = { userName: `${endless}@corp.example`, displayName: endless, label: endless }
    const kept = await push(snapshot([person('bob', long)], [team('Dev', ['bob'])]), prepare)
    expect([kept.report.exitCode, kept.writes]).toEqual([3, []])

    const suspended = await push(
      snapshot([person('bob', { ...long, active: false })], [team('Dev', ['bob'])]),
      prepare,
    )
    expect([suspended.report.exitCode, suspended.writes]).toEqual([3, ['PATCH /Users/t-bob']])
    expect(suspended.users[0]).toMatchObject({ ...bob, active: false })

    const renamed = await push(
      snapshot([person('bob')], [team('Dev', [], { displayName: endless })]),
      prepare,
    )
    expect([renamed.report.exitCode, renamed.groups]).toEqual([3, [dev]])
  })

  test('at the target they are replaced or removed, and a report has their beginning', async () => {
    const { report, users } = await push(snapshot([person('bob')], [team('Dev', ['bob'])]), (stub) => {
      stub.users.set(bob.id, { ...bob, displayName: endless })
      stub.users.set('t-eve', {
        ...bob,
        id: 't-eve',
        externalId: 'k-eve',
        userName: `${endless}@corp.example`,
      })
      stub.groups.set(dev.id, { ...dev, displayName: endless })
    })
    expect(report).toMatchObject({ result: 'converged', exitCode: 0 })
    expect(users.map(({ active }) => active)).toEqual([true, false])
    expect(JSON.stringify(report).length).toBeLessThan(20_000)
  })
})
