import { ScimPushError } from '../../errors/error.ts'
import type { Endpoint } from './endpoint.ts'
import { describeRefusal, resultCode, type Refusal } from './result-code.ts'

interface Reason {
  readonly message: string
  readonly remedy: string
}

/** Windows error codes that Active Directory puts, in hexadecimal, behind `data` of its answer to a bind. */
const reasons: Readonly<Record<string, Reason>> = {
  '525': {
    message: 'there is no such user',
    remedy: 'Check spec.source.activeDirectory.user: DOMAIN\\USER, user@domain or a DN.',
  },
  '52e': {
    message: 'user or password is wrong',
    remedy:
      'Check spec.source.activeDirectory.user and password. Several tries with a wrong one lock the account.',
  },
  '530': {
    message: 'the account may not log on at this time',
    remedy: "Widen the account's logon hours.",
  },
  '531': {
    message: 'the account may not log on from this computer',
    remedy: "Take the restriction to certain workstations off the account, or add this machine's name.",
  },
  '532': {
    message: "the account's password has expired",
    remedy:
      'Set a new password and put it into the configuration; give a service account one that does not expire.',
  },
  '533': { message: 'the account is disabled', remedy: 'Enable the account, or configure another one.' },
  '568': {
    message: 'the account is a member of too many groups',
    remedy: 'Use an account that is a member of few groups.',
  },
  '701': { message: 'the account has expired', remedy: "Change the account's expiry date." },
  '773': {
    message: 'the account must change its password first',
    remedy: 'Clear "User must change password at next logon" for the account, or change the password once.',
  },
  '775': {
    message: 'the account is locked',
    remedy:
      'Unlock the account, and look what else uses an old password; scim-push tries a wrong password once a run.',
  },
}

/** What to tell an operator about a bind that was refused. The password is in neither answer. */
export const bindRefused = (endpoint: Endpoint, user: string, refusal: Refusal): ScimPushError => {
  const where = endpoint.url
  if (
    refusal.status === resultCode.strongerAuthRequired ||
    refusal.status === resultCode.confidentialityRequired
  )
    return new ScimPushError('AD_ENCRYPTION_REQUIRED', {
      message: `${where} refused a bind on an unencrypted connection: ${describeRefusal(refusal)}`,
      where,
    })
  const data = /\bdata ([0-9a-f]+)\b/iu.exec(refusal.diagnostic)?.[1]?.toLowerCase() ?? ''
  const reason = reasons[data]
  return new ScimPushError('AD_BIND_REFUSED', {
    message: `${where} refused ${user}: ${reason ? `${reason.message}; ` : ''}${describeRefusal(refusal)}`,
    where,
    ...(reason ? { remedy: reason.remedy } : {}),
  })
}
