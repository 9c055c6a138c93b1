import type { CatalogueEntry } from './entry.ts'

export const googleErrors = {
  GOOGLE_KEY_FILE: {
    failure: 'config',
    meaning: 'credentials.json is not the key of a service account.',
    remedy:
      'Google Cloud console → IAM & Admin → Service accounts → the account → Manage keys → Add key → Create new key → JSON; use that file as it is.',
  },
  GOOGLE_SCOPES_NOT_DELEGATED: {
    failure: 'credentials',
    meaning: 'The service account may not act for the administrator with the scopes that are needed.',
    remedy:
      'Google Admin console → Security → Access and data control → API controls → Domain-wide delegation: add the client id with the three read-only scopes of the README. It may take some minutes to work.',
  },
  GOOGLE_WRONG_SUBJECT: {
    failure: 'credentials',
    meaning: 'source.google.adminEmail is not a user of the tenant, or is suspended.',
    remedy:
      'Google Admin console → Account → Account settings shows the primary admin: put that address into source.google.adminEmail.',
  },
  GOOGLE_KEY_REVOKED: {
    failure: 'credentials',
    meaning: 'Google does not accept the key: it was deleted, or its service account was.',
    remedy:
      'Google Cloud console → IAM & Admin → Service accounts → the account → Manage keys: create a new JSON key and replace credentials.json.',
  },
  GOOGLE_CLOCK: {
    failure: 'credentials',
    meaning: 'Google finds the time of the request too far from its own.',
    remedy: 'Set the clock of the machine (NTP).',
  },
  GOOGLE_REFUSED_TOKEN: {
    failure: 'credentials',
    meaning: 'The token endpoint refused the service account for another reason.',
    remedy: 'Google’s own words are in the message; look at the service account in the Google Cloud console.',
  },
  GOOGLE_FORBIDDEN: {
    failure: 'credentials',
    meaning: 'The administrator may not read the directory.',
    remedy:
      'Google Admin console → Account → Admin roles: give the user of source.google.adminEmail a role that reads users and groups (Super Admin does).',
  },
  GOOGLE_SCOPE_MISSING: {
    failure: 'credentials',
    meaning: 'The token lacks a scope for this request.',
    remedy:
      'Google Admin console → Security → Access and data control → API controls → Domain-wide delegation: the client id needs all three scopes of the README.',
  },
  GOOGLE_API_DISABLED: {
    failure: 'credentials',
    meaning: 'The Admin SDK API is not enabled in the project of the service account.',
    remedy:
      'Google Cloud console → APIs & Services → Enable APIs and services → Admin SDK API → Enable, in the project of the service account.',
  },
  GOOGLE_CUSTOMER: {
    failure: 'config',
    meaning: 'There is no such customer, or the administrator does not belong to it.',
    remedy: 'Leave source.google.customer at my_customer unless the administrator manages several.',
  },
  GOOGLE_SCIM_GROUPS: {
    failure: 'config',
    meaning: 'None of scope.scimGroups was found.',
    remedy:
      'Google Admin console → Directory → Groups: use the group’s email address. A look-up by name may lag a new or renamed group by up to 36 hours.',
  },
  GOOGLE_QUOTA: {
    failure: 'unreachable',
    meaning: 'The quota of the project is used up, after all retries or for the day.',
    remedy:
      'Google Cloud console → APIs & Services → Admin SDK API → Quotas; run less often, or ask for more.',
  },
  GOOGLE_UNAVAILABLE: {
    failure: 'unreachable',
    meaning: 'Google did not answer, or answered with server errors, after all retries.',
    remedy:
      'Try again later; check DNS, proxies and the network policy: admin.googleapis.com and oauth2.googleapis.com must be reachable.',
  },
  GOOGLE_DOWN: {
    failure: 'unreachable',
    meaning: 'Many requests in a row failed after all their tries, so the run was ended.',
    remedy:
      'Try again later: the Google Workspace status dashboard tells of outages. If it names a quota: Google Cloud console → APIs & Services → Admin SDK API → Quotas.',
  },
  GOOGLE_NOT_FOUND: {
    failure: 'protocol',
    meaning: 'The user or group is not in the directory.',
    remedy: 'Run again: it may have been deleted while it was read.',
  },
  GOOGLE_INVALID: {
    failure: 'protocol',
    meaning: 'The Directory API finds something in a request invalid: an address, an id, a parameter.',
    remedy: 'Google’s own words are in the message; look for that name or address in the configuration.',
  },
  GOOGLE_MALFORMED: {
    failure: 'protocol',
    meaning: 'An answer is not what the Directory API documents.',
    remedy: 'Check source.google.rootUrl and proxies; if it stays, report it.',
  },
  GOOGLE_REFUSED: {
    failure: 'protocol',
    meaning: 'The Directory API refused a request for a reason that no other row names.',
    remedy: 'Google’s own words are in the message.',
  },
} as const satisfies Record<string, CatalogueEntry>
