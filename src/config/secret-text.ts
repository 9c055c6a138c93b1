import type { Leaf } from './leaf.ts'
import { trimEndOf } from '../lib/trim-end.ts'

export type CleanedSecret =
  | { readonly kind: 'clean'; readonly value: string }
  /** Completes the setting's name; nothing of the secret is in it. */
  | { readonly kind: 'wrong'; readonly message: string }

/**
 * A secret without the byte order mark and the line ends that editors and `echo` add to a file. A token with white space
 * in it was not copied right, and would not fit into a header.
 */
export const cleanSecret = (leaf: Leaf, text: string): CleanedSecret => {
  const value = trimEndOf(text.replace(/^\uFEFF/, ''), '\r\n')
  if (value.trim() === '') return { kind: 'wrong', message: 'is empty' }
  if (leaf.kind !== 'secret' || leaf.form !== 'token') return { kind: 'clean', value }
  if (/^bearer\s/i.test(value))
    return { kind: 'wrong', message: 'begins with the word Bearer; give the token alone' }
  return /^[\x21-\x7e]+$/.test(value)
    ? { kind: 'clean', value }
    : { kind: 'wrong', message: 'has white space or other characters in it that no token has' }
}
