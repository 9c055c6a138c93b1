/** What a store holds. */
export type Kept =
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly text: string }
  /** Something that is no memory at all; `detail` completes "the memory …". */
  | { readonly kind: 'broken'; readonly detail: string }

/** A place where the memory is kept from run to run. */
export interface MemoryStore {
  /** For messages: a path, `identity/configmap/corp-memory`. */
  readonly where: string
  readonly maxBytes: number
  /** How much of `maxBytes` a text takes there. */
  bytesOf(text: string): number
  /** Why it can't be written, as far as that can be told without writing; null for nothing known. Never throws. */
  unwritable(): Promise<string | null>
  /** @throws when it is not known what is there */
  read(): Promise<Kept>
  /**
   * Replaces what is there by what `make` makes of it, all or nothing; null leaves it. Whatever others write meanwhile is read again, so
   * `make` may be called more than once.
   * @throws when what is there may be the old text
   */
  update(make: (kept: Kept) => string | null): Promise<void>
}
