import type { CatalogueEntry } from './entry.ts'

export const activeDirectoryErrors = {
  AD_URL: {
    failure: 'config',
    meaning: 'A URL of a domain controller is missing or is no LDAP URL.',
    remedy: 'Set spec.source.activeDirectory.url to ldaps://HOST, or to ldap://HOST with startTls: true.',
  },
  AD_CLEAR_BIND: {
    failure: 'config',
    meaning: 'With this URL the password would cross the network unencrypted.',
    remedy:
      'Use ldaps://, or set spec.source.activeDirectory.startTls to true. allowInsecure: true is for test networks alone.',
  },
  AD_CREDENTIALS_MISSING: {
    failure: 'config',
    meaning:
      'The user or the password is empty. A bind without a password would pass, as nobody (RFC 4513 §5.1.2).',
    remedy: 'Set spec.source.activeDirectory.user and password; look whether the secret behind it is empty.',
  },
  AD_CA_FILE: {
    failure: 'config',
    meaning: 'The file of certificate authorities is not there, or is not in PEM form.',
    remedy:
      "Export the issuing authority's certificate as Base-64 (PEM) and name that file in spec.source.activeDirectory.caFile.",
  },
  AD_CERTIFICATE: {
    failure: 'unreachable',
    meaning: "A domain controller's certificate was not accepted, so no password was sent.",
    remedy:
      'Put the certificate of the authority that issued it into spec.source.activeDirectory.caFile (PEM), and use a host name that the certificate carries.',
  },
  AD_UNREACHABLE: {
    failure: 'unreachable',
    meaning: 'No domain controller answered.',
    remedy:
      'Check host names, ports (636 for ldaps, 389 for StartTLS), firewalls and DNS; see what each of them said.',
  },
  AD_BIND_REFUSED: {
    failure: 'credentials',
    meaning:
      'The domain controller refused user or password. No other one was tried, so as not to lock the account.',
    remedy:
      'Check spec.source.activeDirectory.user (DOMAIN\\USER, user@domain or a DN) and the password, and that the account may log on.',
  },
  AD_ENCRYPTION_REQUIRED: {
    failure: 'config',
    meaning: 'The domain controller takes no simple bind on a connection that is not encrypted.',
    remedy: 'Use ldaps://, or set spec.source.activeDirectory.startTls to true.',
  },
  AD_BASE_DN: {
    failure: 'config',
    meaning: 'The base DN is not there, or belongs to another domain controller.',
    remedy:
      'Correct spec.source.activeDirectory.baseDn, or leave it empty for the whole domain of the domain controller.',
  },
  AD_SEARCH_REFUSED: {
    failure: 'protocol',
    meaning: 'The directory did not answer a question without which nothing can be read.',
    remedy:
      'See what the domain controller said. The account needs to be able to read the domain, as every domain user is by default.',
  },
  AD_SCIM_GROUP_UNRESOLVED: {
    failure: 'config',
    meaning: 'Not one of the configured SCIM groups was found.',
    remedy:
      'Check spec.scope.scimGroups: the account name (sAMAccountName), the common name or the distinguished name of a group.',
  },
} as const satisfies Record<string, CatalogueEntry>
