import { systemClock } from '../../../src/lib/clock.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { Secret } from '../../../src/lib/secret.ts'
import { createActiveDirectorySource } from '../../../src/source/active-directory/active-directory-source.ts'
import { addressOf, type World } from '../../fixtures/world.ts'
import { ADMIN_PASSWORD, DOMAIN, type DomainController } from './domain-controller.ts'

/** A part of a real domain, in an organizational unit of its own, as a directory that a scenario changes. */
export const sambaWorld = async (dc: DomainController, unit: string): Promise<World> => {
  const base = `OU=${unit},${DOMAIN}`
  const roster = `CN=${unit} Users,${base}`
  const groupDn = (name: string): string => `CN=${name},${base}`
  // A rename of a person changes the email, not the entry's name: it stays findable by the first name.
  const entries = new Map<string, string>()
  const userDn = (name: string): string => entries.get(name) ?? `CN=${name},${base}`
  const modify = (dn: string, ...lines: readonly string[]): Promise<void> =>
    dc.modify([`dn: ${dn}`, 'changetype: modify', ...lines, '', ''].join('\n'))
  const add = (dn: string, ...lines: readonly string[]): Promise<void> =>
    dc.modify([`dn: ${dn}`, 'changetype: add', ...lines, '', ''].join('\n'))
  const join = (group: string, member: string): Promise<void> =>
    modify(group, 'add: member', `member: ${member}`)
  const addGroup = (dn: string, account: string): Promise<void> =>
    add(dn, 'objectClass: group', `sAMAccountName: ${account}`, 'groupType: -2147483646')

  await add(base, 'objectClass: organizationalUnit')
  await addGroup(roster, `${unit} Users`)
  return {
    source: () =>
      createActiveDirectorySource({
        url: ['ldaps://localhost'],
        user: 'CORP\\Administrator',
        password: new Secret(ADMIN_PASSWORD),
        startTls: false,
        allowInsecure: false,
        caFile: dc.caFile,
        baseDn: '',
        email: 'mail',
        scope: { scimGroups: [`${unit} Users`], groups: 'listed', exclude: { users: [], groups: [] } },
        log: silentLog,
        onRequest: () => undefined,
        clock: systemClock,
        random: Math.random,
      }),
    async addUser(name) {
      entries.set(name, `CN=${name},${base}`)
      await add(
        userDn(name),
        'objectClass: user',
        `sAMAccountName: ${unit}-${name}`,
        `mail: ${addressOf(name)}`,
        `displayName: ${name} Doe`,
        `givenName: ${name}`,
        'sn: Doe',
        'userAccountControl: 512',
      )
      await join(roster, userDn(name))
    },
    removeUser: (name) => dc.modify(`dn: ${userDn(name)}\nchangetype: delete\n\n`),
    async renameUser(name, to) {
      await modify(userDn(name), 'replace: mail', `mail: ${addressOf(to)}`)
      entries.set(to, userDn(name))
    },
    setActive: (name, active) =>
      modify(userDn(name), 'replace: userAccountControl', `userAccountControl: ${active ? 512 : 514}`),
    async addGroup(name) {
      await addGroup(groupDn(name), `${unit} ${name}`)
      await join(roster, groupDn(name))
    },
    removeGroup: (name) => dc.modify(`dn: ${groupDn(name)}\nchangetype: delete\n\n`),
    renameGroup: (name, to) =>
      dc.modify(`dn: ${groupDn(name)}\nchangetype: modrdn\nnewrdn: CN=${to}\ndeleteoldrdn: 1\n\n`),
    addMember: (group, user) => join(groupDn(group), userDn(user)),
    removeMember: (group, user) => modify(groupDn(group), 'delete: member', `member: ${userDn(user)}`),
    async nest(parent, child, member) {
      await addGroup(groupDn(child), `${unit} ${child}`)
      await join(groupDn(child), userDn(member))
      await join(groupDn(parent), groupDn(child))
    },
    close: () => Promise.resolve(),
  }
}
