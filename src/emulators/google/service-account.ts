import { createHash, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'

/** A service account with the one key that is valid for it. */
export interface ServiceAccount {
  readonly email: string
  readonly clientId: string
  publicKey(): KeyObject
  /** The file that the console hands out when a key is made. */
  keyFile(tokenUrl: string): string
  /** A new key; the old one is deleted. */
  rotateKey(): Promise<void>
}

export interface KeyPair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

/** Takes some 100 ms: hand one pair to several emulators where that matters. */
export const makeKeyPair = (): Promise<KeyPair> => promisify(generateKeyPair)('rsa', { modulusLength: 2048 })

export const createServiceAccount = async (given?: KeyPair): Promise<ServiceAccount> => {
  const email = 'scim-push@emulated-project.iam.gserviceaccount.com'
  const clientId = '100000000000000000042'
  let pair = given ?? (await makeKeyPair())
  return {
    email,
    clientId,
    publicKey: () => pair.publicKey,
    keyFile(tokenUrl) {
      const pem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
      const file = {
        type: 'service_account',
        project_id: 'emulated-project',
        private_key_id: createHash('sha1').update(pem).digest('hex'),
        private_key: pem,
        client_email: email,
        client_id: clientId,
        auth_uri: 'https://accounts.google.com/o/oauth2/auth',
        token_uri: tokenUrl,
        universe_domain: 'googleapis.com',
      }
      return JSON.stringify(file, null, 2)
    },
    async rotateKey() {
      pair = await makeKeyPair()
    },
  }
}
