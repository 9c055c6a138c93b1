import { createPrivateKey, type KeyObject } from 'node:crypto'
import { ScimPushError } from '../../errors/error.ts'
import type { Secret } from '../../lib/secret.ts'
import { isObject } from '../../lib/json.ts'

/** A service account's key, checked. */
export interface ServiceAccount {
  readonly clientEmail: string
  /** What domain-wide delegation is granted to; empty where the file has none. */
  readonly clientId: string
  readonly keyId: string
  readonly privateKey: KeyObject
}

/**
 * Reads the JSON file that the Google Cloud console hands out for a service account.
 * @throws ScimPushError GOOGLE_KEY_FILE; nothing of the file's content is in it
 */
export const parseServiceAccount = (credentials: Secret): ServiceAccount => {
  const wrong = (message: string): ScimPushError =>
    new ScimPushError('GOOGLE_KEY_FILE', { message, where: 'source.google.credentials' })
  let file: unknown
  try {
    file = JSON.parse(credentials.reveal())
  } catch {
    throw wrong('the file is not JSON')
  }
  if (!isObject(file)) throw wrong('the file is not a JSON object')
  if ('installed' in file || 'web' in file)
    throw wrong('this is the file of an OAuth client, not of a service account')
  if (file['type'] === 'authorized_user')
    throw wrong('this is a person’s own log-in (authorized_user), not a service account')
  if (file['type'] !== 'service_account') throw wrong('"type" is not "service_account"')
  const { client_email: clientEmail, private_key: pem, private_key_id: keyId, client_id: clientId } = file
  if (typeof clientEmail !== 'string' || clientEmail === '') throw wrong('"client_email" is missing')
  if (typeof pem !== 'string' || pem === '') throw wrong('"private_key" is missing')
  let privateKey: KeyObject
  try {
    privateKey = createPrivateKey(pem)
  } catch {
    throw wrong('"private_key" is not a PEM key; it may have been cut or re-wrapped')
  }
  if (privateKey.asymmetricKeyType !== 'rsa') throw wrong('"private_key" is not an RSA key')
  const text = (value: unknown): string => (typeof value === 'string' ? value : '')
  return { clientEmail, clientId: text(clientId), keyId: text(keyId), privateKey }
}
