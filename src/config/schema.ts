import { DIGEST } from '../lib/sha256.ts'
import { choice, count, flag, ladder, limit, list, secret, text, type ValuesOf } from './leaf.ts'

const EMAIL = '^[^\\s@]+@[^\\s@]+$'
const NOT_BLANK = '\\S'

/**
 * Every setting of `spec`, defined here and nowhere else: convict's schema, the JSON Schema, the names of environment
 * variables and docs/configuration.md all come from it.
 */
export const schema = {
  suspend: flag('Skip every run until it is false again. The configuration is checked all the same.', false),
  dryRun: flag('Plan and report, but write nothing.', false),
  source: {
    type: choice('The directory to read.', ['google', 'activeDirectory', 'records'], null, {
      defaultDoc: 'none; mandatory',
    }),
    google: {
      adminEmail: text(
        'The administrator on whose behalf the service account reads ("Login" of a Commander record). Mandatory for Google.',
        '',
        { pattern: EMAIL, must: 'an email address', examples: ['admin@corp.example'] },
      ),
      credentials: secret(
        'The service account\'s key, the whole JSON file that Google Cloud let you download ("credentials.json"). Mandatory for Google.',
        'text',
      ),
      customer: text(
        "The customer id, for administrators of several; `my_customer` is the administrator's own.",
        'my_customer',
        {
          pattern: '^\\S+$',
          must: 'a customer id',
        },
      ),
      rootUrl: text(
        'Where the Directory API is: for private proxies and emulators.',
        'https://admin.googleapis.com/',
      ),
      tokenUrl: text(
        'Where access tokens are issued: for private proxies and emulators.',
        'https://oauth2.googleapis.com/token',
      ),
    },
    activeDirectory: {
      url: list(
        'The domain controller ("AD URL"): `ldaps://…`, `ldap://…`, or a bare host, which means `ldaps`. Several are tried in order. Mandatory for Active Directory.',
        { orText: true, defaultDoc: 'none', examples: ['ldaps://dc1.corp.example'] },
      ),
      user: text(
        'Who reads the directory ("AD User"): `DOMAIN\\USERNAME`, `user@domain` or a distinguished name. Mandatory for Active Directory.',
        '',
        { pattern: NOT_BLANK, must: 'a login', examples: ['CORP\\svc-scim'] },
      ),
      password: secret('The password of that user ("AD Password"). Mandatory for Active Directory.', 'text'),
      startTls: flag(
        'Turn an `ldap://` connection into an encrypted one before the password is sent.',
        false,
      ),
      allowInsecure: flag(
        'Allow `ldap://` without StartTLS: the password then crosses the network in the clear.',
        false,
      ),
      caFile: text(
        'A PEM file of certificate authorities to trust besides the public ones. Certificates are always verified.',
      ),
      baseDn: text('Where in the directory to search.', '', {
        defaultDoc: "the directory's default naming context",
        pattern: '^\\s*[A-Za-z0-9.-]+\\s*=',
        must: 'a distinguished name',
        examples: ['DC=corp,DC=example'],
      }),
      email: text(
        "The attribute that holds a user's email. `mail` falls back to `userPrincipalName` where it is empty; any other attribute does not.",
        'mail',
        { pattern: '^[A-Za-z][A-Za-z0-9-]*$', must: "an attribute's name" },
      ),
    },
    records: {
      file: text(
        'A JSON file, `{"users": […], "groups": […]}`, with the fields of Commander\'s record source. Mandatory for records.',
        '',
        { examples: ['people.json'] },
      ),
    },
  },
  scope: {
    scimGroups: list(
      'The groups whose direct and nested members are in scope ("SCIM Group"): names, emails (Google) or distinguished names (Active Directory). Empty takes every user.',
      { examples: [['Keeper Users']] },
    ),
    groups: choice(
      'Which groups the target gets. `selected`: the SCIM groups, nested members flattened into them. `listed`: the groups that are direct members of a SCIM group. `all`: every group that has a user in scope, less the SCIM groups. `none`: users only.',
      ['selected', 'listed', 'all', 'none'],
      null,
      { defaultDoc: '`selected`; `listed` for Active Directory' },
    ),
    exclude: {
      users: list(
        'Users out of scope, by email or name; `*` is a wildcard. A managed one is removed like any leaver.',
        {
          examples: [['svc-*@corp.example']],
        },
      ),
      groups: list(
        'Groups out of scope, by name or email; `*` is a wildcard. Nobody is in scope through one of them.',
      ),
    },
  },
  target: {
    url: text('The SCIM endpoint ("Website Address"). Mandatory.', '', {
      examples: ['https://keepersecurity.com/api/rest/scim/v2/288797895950343'],
    }),
    token: secret('The bearer token of the SCIM endpoint ("Password"). Mandatory.', 'token'),
    profile: choice(
      'How memberships are written: `keeper` through the user, `rfc7644` through the group; `auto` tells from the endpoint.',
      ['auto', 'keeper', 'rfc7644'],
      'auto',
    ),
    maxConcurrency: count(
      'Requests under way at once, at most: fewer where the endpoint does not take as many (docs/requests.md).',
      16,
      1,
      256,
    ),
    maxRequestsPerMinute: count(
      'Requests in any one minute, at most, for an endpoint that publishes a limit: reads, writes and tries again all count, and a Bulk is one. `0`: no limit but the endpoint’s own answers (429).',
      0,
      0,
      1_000_000,
    ),
    bulk: choice(
      'Whether changes are sent many at a time (SCIM Bulk): `auto` where the endpoint offers it, `off` never.',
      ['auto', 'off'],
      'auto',
    ),
    caFile: text('A PEM file of certificate authorities to trust besides the public ones.'),
    allowInsecure: flag(
      'Allow an `http://` target that is not this machine: the token then crosses the network in the clear.',
      false,
    ),
  },
  policy: {
    users: {
      create: flag('Create users who are new in scope.', true),
      update: flag('Update users whose name, email or state has changed.', true),
      remove: ladder(
        'What happens to a managed user who left the scope: at once, or step by step, as in `{after: [{days: 0, do: deactivate}, {days: 30, do: delete}]}`; docs/plan.md has more.',
        'deactivate',
      ),
    },
    groups: {
      create: flag('Create groups that are new.', true),
      update: flag('Update groups whose name has changed.', true),
      remove: choice('What happens to a managed group that is gone.', ['delete', 'none'], 'delete'),
    },
    unmanaged: choice(
      'What happens to users and groups at the target that this tool neither created nor adopted ("Destructive").',
      ['keep', 'remove'],
      'keep',
    ),
    protected: list(
      'Users who are never deactivated, deleted or taken out of a group, by email; `*` is a wildcard.',
      { examples: [['break-glass@corp.example']] },
    ),
    maxRemovals: {
      users: limit(
        'Deactivations and deletions of users that one run may do; more are withheld, all of them.',
        '10%',
      ),
      groups: limit('Deletions of groups that one run may do.', '20%'),
      memberships: limit('Memberships that one run may end, those of deleted groups included.', '30%'),
      floor: count('As many removals of each kind as this always pass.', 5, 0, 1_000_000),
    },
    approvedPlan: text(
      'The hash of a plan whose removals an operator approved, from its report: a run that computes the same plan applies it in full. `--approve` and the annotation `scim-push.io/approve-plan` do the same.',
      '',
      { pattern: DIGEST, must: "a plan's hash: 32 hexadecimal digits" },
    ),
  },
  memory: {
    file: text(
      'A JSON file in which a push remembers since when who is missing at the source. Mandatory where `policy.users.remove` waits, unless the document is in the cluster: then the ConfigMap `NAME-memory` does, if no file is given.',
      '',
      { examples: ['/var/lib/scim-push/memory.json'] },
    ),
  },
  status: {
    showSubjects: flag(
      'Show on the status page who was changed or withheld, by name, and link the whole report. Otherwise it shows counts alone.',
      false,
    ),
  },
} as const

/** The merged values, in the shape of the schema. */
export type Values = ValuesOf<typeof schema>
