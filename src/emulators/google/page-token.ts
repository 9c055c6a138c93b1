import { createHash, createHmac } from 'node:crypto'
import { invalidInput } from './google-error.ts'

const sign = (text: string): string =>
  createHmac('sha256', 'page token').update(text).digest('base64url').slice(0, 22)

/** What a page token is good for: this list with these parameters, and no other. */
export const queryMark = (path: string, query: URLSearchParams): string => {
  const rest = [...query].filter(([name]) => name !== 'pageToken').sort()
  return createHash('sha256')
    .update(JSON.stringify([path, rest]))
    .digest('base64url')
    .slice(0, 22)
}

/** An opaque token for the page behind `number`. */
export const makePageToken = (number: number | string, mark: string): string =>
  Buffer.from(`${number}.${sign(`${number}.${mark}`)}`).toString('base64url')

/** The number in a token; 0 without one. A token of another query, or one that was made up, is refused. */
export const readPageToken = (token: string | null, mark: string): number => {
  if (token === null) return 0
  const [number = '', signature] = Buffer.from(token, 'base64url').toString('utf8').split('.')
  if (!/^\d+$/.test(number) || signature !== sign(`${number}.${mark}`)) throw invalidInput('pageToken')
  return Number(number)
}
