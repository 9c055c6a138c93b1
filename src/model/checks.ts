interface Check {
  readonly part: 'configuration' | 'source' | 'target' | 'plan' | 'cluster'
  /** What is looked at. */
  readonly about: string
  /** What to do when it is not fine. Empty where that depends on what was answered: then the finding's own remedy is all there is. */
  readonly remedy: string
}

const source = (about: string, remedy = ''): Check => ({ part: 'source', about, remedy })
const target = (about: string, remedy = ''): Check => ({ part: 'target', about, remedy })
const plan = (about: string, remedy = ''): Check => ({ part: 'plan', about, remedy })
const cluster = (about: string, remedy = ''): Check => ({ part: 'cluster', about, remedy })

const UNREAD_GROUP = 'Correct spec.scope.scimGroups; while one is not found nothing is removed.'

/** Whatever `scim-push check` looks at: names that do not change, and what docs/check.md says of each. */
export const checks = {
  config: {
    part: 'configuration',
    about: 'The configuration, where several are checked and this one is wrong.',
    remedy: '',
  },

  'google-key': source('The key file of the service account.'),
  'google-scope': source(
    'Each of the three scopes, asked for by itself.',
    'Google Admin console → Security → Access and data control → API controls → Domain-wide delegation: add the scope to the client id.',
  ),
  'google-customer': source(
    '`source.google.customer`: whose users are listed.',
    'Leave source.google.customer at my_customer, unless the administrator manages several customers.',
  ),
  'google-users': source(
    'Whether the administrator may read users.',
    'Google Admin console → Account → Admin roles → a role of source.google.adminEmail → Privileges → Admin API privileges: switch Users → Read on.',
  ),
  'google-groups': source(
    'Whether the administrator may read groups.',
    'Google Admin console → Account → Admin roles → a role of source.google.adminEmail → Privileges → Admin API privileges: switch Groups → Read on.',
  ),
  'google-members': source(
    'Whether the administrator may read the members of groups.',
    'Google Admin console → Account → Admin roles → a role of source.google.adminEmail → Privileges → Admin API privileges: switch Groups → Read on; it has to hold for all organizational units.',
  ),
  'google-scim-groups': source('`scope.scimGroups`, as a whole.'),
  'google-scim-group': source(
    'One entry of `scope.scimGroups` that is not found, or fits several groups.',
    UNREAD_GROUP,
  ),

  'ad-url': source('Each URL: does a domain controller answer?'),
  'ad-tls': source(
    'Encryption, protocol version, the host’s name in the certificate, and how long the certificate is still good. Warns 30 days before.',
    'Have the certificate renewed.',
  ),
  'ad-tls-chain': source(
    'The authorities above the certificate, with subject, issuer and end. The earliest end decides. Warns 30 days before.',
    'Renew the authority’s certificate, and put the new one into spec.source.activeDirectory.caFile beside the old one before domain controllers use it.',
  ),
  'ad-bind': source('User and password.'),
  'ad-base': source('`source.activeDirectory.baseDn`.'),
  'ad-global-catalog': source(
    'A port of the global catalog, which holds only a part.',
    'Use the ports of the directory itself: 636, or 389 with StartTLS.',
  ),
  'ad-people': source('Whether people can be read, and whether they are disabled.'),
  'ad-page-limit': source(
    'MaxPageSize of the domain controller’s query policy. A lower one takes more requests; nothing is lost by it.',
    'Nothing is lost. Where reading takes too long, raise MaxPageSize with ntdsutil (LDAP policies).',
  ),
  'ad-range-limit': source(
    'MaxValRange of the query policy: how many members of a group come at once. A lower one takes more requests; nothing is lost by it.',
    'Nothing is lost. Where reading takes too long, raise MaxValRange with ntdsutil (LDAP policies).',
  ),
  'ad-scim-group': source('Each entry of `scope.scimGroups`.', UNREAD_GROUP),
  'ad-primary-group': source(
    'People who are in a group through `primaryGroupID` alone, which neither `member` nor `memberOf` tells. They are read and counted.',
  ),
  'ad-read': source('A search that failed.'),

  'records-readable': source('The file of records: is it there, JSON, and without a mistake?'),
  'records-groups': source(
    'A file without the list `groups`.',
    'Add "groups", or set spec.scope.groups to none.',
  ),
  'records-scim-groups': source('Each entry of `scope.scimGroups`.', UNREAD_GROUP),

  'scope-people': source(
    'How many people are in scope, how many of them inactive and why.',
    'Look at spec.scope: do the SCIM groups have members, and are they not excluded? With nobody in scope all removals are withheld.',
  ),
  'scope-email': source(
    'People in scope without an email: they get no account.',
    'Fill the email in at the source. For Active Directory, spec.source.activeDirectory.email may name another attribute.',
  ),
  'duplicate-email': source(
    'People in scope who share an email: neither gets an account, and nothing is changed about the one that is there.',
    'Give each of them an email of their own at the source, or exclude one of them in spec.scope.exclude.users.',
  ),
  'scope-groups': source('How many groups the target gets, and what is nested in them.'),
  'duplicate-group': source(
    'Groups in scope that share a name: none of them is created or changed.',
    'Rename one of them at the source, or exclude it in spec.scope.exclude.groups.',
  ),
  'scope-outsiders': source(
    'Members from outside the directory: another tenant, domain or forest. Neither created nor removed.',
  ),
  'scope-unread': source(
    'What could not be read. Nothing is removed that depends on it.',
    'Let the account that reads the source see what is named here; run it again if something was changed meanwhile.',
  ),
  'scope-exclude': source('Patterns of `scope.exclude` that match nobody who was read.'),

  'scim-reachable': target('Name, network, proxy and certificate of the endpoint.'),
  'scim-tls': target('Whether the token goes out encrypted.', 'Use https:// in target.url.'),
  'scim-profile': target('Which profile is used.', 'Set target.profile to auto, unless this is meant.'),
  'scim-assumes': target('What the profile takes for given, and the endpoint does not tell.'),
  'scim-users': target('Whether the token is accepted and users can be read.'),
  'scim-groups': target('Whether groups can be read.'),
  'scim-paging': target(
    'Whether `startIndex` and `count` work. A list that contradicts itself is read again, and refused the third time (`SCIM_PAGING`).',
    'Tell the endpoint’s vendor: RFC 7644 §3.4.2.4. Nothing is ever done on the strength of a list that was read in part.',
  ),
  'scim-config': target(
    'ServiceProviderConfig.',
    'Set target.profile if the endpoint is not plain RFC 7644.',
  ),
  'scim-patch': target('Whether PATCH is offered.', 'Updates and memberships need it and will fail.'),
  'scim-filter': target(
    'Whether filters are offered. They only save time, after a request whose answer was lost.',
  ),
  'scim-bulk': target('Whether Bulk is offered.'),
  'scim-etag': target('Whether ETags are offered.'),

  'plan-read': plan('Whether both sides can be read in full.'),
  'plan-changes': plan('What a push would do now.'),
  'plan-adoption': plan(
    'Accounts and groups of the target without an `externalId` that a push would adopt by their name, and what that would change.',
    'Look at `scim-push plan`: groups that are adopted lose the members whom the source does not have. Rename or exclude (spec.scope.exclude.groups) what is not meant.',
  ),
  'plan-takeover': plan(
    'Accounts and groups that carry the `externalId` of something else, and that a push would take over by their name.',
    'If another tool still provisions them, stop it first, or exclude them in spec.scope.exclude: two tools on one target undo each other’s work.',
  ),
  'plan-removals': plan(
    'Accounts and groups that a push made or adopted, or another tool, and that the source does not have in scope: they would go.',
    'Look at `scim-push plan`. Who has left may go. Otherwise name them in policy.protected, put them into scope, or set policy.users.remove and policy.groups.remove to none.',
  ),
  'plan-withheld': plan('What a push would leave undone, and why.'),
  'plan-unmanaged': plan(
    'Accounts and groups of the target that are nobody’s in scope and carry no `externalId`: they are left alone.',
  ),
  'plan-protected': plan(
    'Patterns of `policy.protected` that match nobody: a typing mistake protects nobody.',
    'Correct policy.protected: it takes emails and account names, `*` is a wildcard.',
  ),
  'plan-approval': plan(
    'Approvals, in policy.approvedPlan, by flag or by annotation, of another plan than the one of now.',
    'Something has changed since it was given. Look at `scim-push plan` again, and approve of that plan or take the approval away.',
  ),
  'plan-memory': plan(
    'What a push remembers of who is missing since when, where `policy.users.remove` has people wait. Without it they wait longer.',
  ),
  'plan-seats': plan(
    'How many accounts would be created. SCIM tells no number of free seats; Keeper answers 428 when they are used up.',
  ),

  'lock-rights': cluster('Whether the account may take the lock.'),
  'status-rights': cluster('Whether it may write the status.'),
  'memory-rights': cluster(
    'Whether it may write who is missing since when, where `policy.users.remove` waits.',
  ),
  'event-rights': cluster('Whether it may make events.'),
} as const satisfies Record<string, Check>

export type CheckName = keyof typeof checks
