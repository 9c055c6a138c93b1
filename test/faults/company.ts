import {
  startGoogleEmulator,
  type GoogleEmulator,
  type GoogleEmulatorOptions,
} from '../../src/emulators/google/google-emulator.ts'

const ROSTER = 'roster@corp.example'
/** So many on a page at both services, so that every list has several. */
export const PAGE = 3

const at = (name: string): string => `${name}@corp.example`

/** A tenant with groups in groups, of whom two lists and one group's members take more than a page. */
export const startCompany = async (options: GoogleEmulatorOptions): Promise<GoogleEmulator> => {
  const google = await startGoogleEmulator({ maxResults: PAGE, ...options })
  const { directory } = google
  directory.addUser({ primaryEmail: at('admin'), isAdmin: true })
  for (const name of ['ann', 'bob', 'cat', 'dan', 'eve', 'fay', 'guy', 'hal'])
    directory.addUser({ primaryEmail: at(name), givenName: name, familyName: 'Doe' })
  const team = (name: string, members: readonly string[]): void => {
    directory.addGroup({ email: at(name.toLowerCase()), name }, members.map(at))
  }
  team('EMEA', ['cat', 'ann'])
  team('Sales', ['bob', 'emea', 'fay', 'guy', 'hal'])
  team('Ops', ['dan', 'eve'])
  team('Old', ['fay'])
  team('Nmae', ['guy'])
  team('Tiny', ['guy', 'hal'])
  team('Roster', ['ann', 'sales', 'ops', 'old', 'nmae'])
  return google
}

/** One of every kind of change that a run may have to write. */
export const changeCompany = ({ directory }: GoogleEmulator): void => {
  directory.addUser({ primaryEmail: at('joy'), givenName: 'joy', familyName: 'Doe' })
  directory.addMember(at('sales'), at('joy'))
  directory.addGroup({ email: at('new'), name: 'New' }, [at('ann')])
  directory.addMember(ROSTER, at('new'))
  directory.updateGroup(at('nmae'), { name: 'Name' })
  directory.updateUser(at('dan'), { primaryEmail: at('dana'), givenName: 'dana' })
  directory.removeUser(at('eve'))
  directory.removeMember(at('sales'), at('bob'))
  directory.addMember(at('ops'), at('bob'))
  directory.removeGroup(at('old'))
}

/** Two changes of most kinds, of which each two can go together. */
export const changeInPairs = ({ directory }: GoogleEmulator): void => {
  for (const name of ['joy', 'kim']) {
    directory.addUser({ primaryEmail: at(name), givenName: name, familyName: 'Doe' })
    directory.addMember(at('sales'), at(name))
  }
  for (const [name, member] of [
    ['New', 'ann'],
    ['Newer', 'fay'],
  ] as const) {
    directory.addGroup({ email: at(name.toLowerCase()), name }, [at(member)])
    directory.addMember(ROSTER, at(name.toLowerCase()))
  }
  for (const name of ['eve', 'guy']) directory.removeUser(at(name))
  for (const name of ['bob', 'hal']) {
    directory.removeMember(at('sales'), at(name))
    directory.addMember(at('ops'), at(name))
  }
  for (const name of ['old', 'nmae']) directory.removeGroup(at(name))
}
