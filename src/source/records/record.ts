/** A user of the file, with the fields of Commander's record source; an empty string stands for what the file leaves out. */
export interface UserRecord {
  readonly id: string
  readonly externalId: string
  readonly login: string
  readonly email: string
  readonly fullName: string
  readonly firstName: string
  readonly lastName: string
  readonly active: boolean
  /** Ids of groups. */
  readonly groups: readonly string[]
}

export interface GroupRecord {
  readonly id: string
  readonly externalId: string
  readonly name: string
  readonly domain: string
}

export interface RecordsFile {
  readonly users: readonly UserRecord[]
  /** Null when the file has no list of groups at all: then it says nothing about groups. */
  readonly groups: readonly GroupRecord[] | null
}

/** What the target keeps as externalId. */
export const keyOf = ({ id, externalId }: { readonly id: string; readonly externalId: string }): string =>
  externalId || id
