import type { GoogleDirectory } from '../emulators/google/directory.ts'

/** Puts the emulated company into the directory. */
export const fillDirectory = async (directory: GoogleDirectory): Promise<void> => {
  const { createCompany } = await import('../emulators/company.ts')
  const { people, groups } = createCompany('corp.example')
  directory.addUser({ primaryEmail: 'admin@corp.example', isAdmin: true })
  for (const { email, givenName, familyName } of people)
    directory.addUser({ primaryEmail: email, givenName, familyName })
  for (const { email, name } of groups) directory.addGroup({ email, name })
  for (const { email, members } of groups) for (const member of members) directory.addMember(email, member)
}

/** What a Tuesday brings; says what it did. */
export const changeCompany = (directory: GoogleDirectory): readonly string[] => {
  directory.addUser({ primaryEmail: 'uma.novak@corp.example', givenName: 'Uma', familyName: 'Novak' })
  directory.addMember('backend@corp.example', 'uma.novak@corp.example')
  directory.removeMember('finance@corp.example', 'ines.ito@corp.example')
  directory.addMember('legal@corp.example', 'ines.ito@corp.example')
  directory.removeUser('ben.bauer@corp.example')
  directory.updateUser('carla.costa@corp.example', { suspended: true })
  directory.updateUser('grace.abbott@corp.example', {
    primaryEmail: 'grace.miller@corp.example',
    familyName: 'Miller',
  })
  directory.updateGroup('marketing@corp.example', { name: 'Brand & Marketing' })
  return [
    'joiner   Uma Novak comes to Backend',
    'mover    Ines Ito goes from Finance to Legal',
    'leaver   Ben Bauer is deleted',
    'leave    Carla Costa is suspended',
    'rename   Grace Abbott becomes Grace Miller, with a new address',
    'rename   the group Marketing becomes Brand & Marketing',
  ]
}
