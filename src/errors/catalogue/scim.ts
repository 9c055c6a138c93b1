import type { CatalogueEntry } from './entry.ts'

export const scimErrors = {
  SCIM_UNREACHABLE: {
    failure: 'unreachable',
    meaning: 'No answer from the SCIM endpoint, after all retries.',
    remedy:
      'Check target.url, DNS, the network policy and proxies; `scim-push check` tries the connection alone.',
  },
  SCIM_TLS: {
    failure: 'unreachable',
    meaning: 'The endpoint’s certificate could not be verified.',
    remedy:
      'Set target.caFile to the PEM of the authority that signed it, or correct the host name in target.url.',
  },
  SCIM_UNAVAILABLE: {
    failure: 'unreachable',
    meaning: 'The endpoint answered with a server error, after all retries.',
    remedy: 'Try again later; if it stays, report the request to the service.',
  },
  SCIM_THROTTLED: {
    failure: 'unreachable',
    meaning: 'The endpoint still answered 429 after all retries.',
    remedy: 'Set target.maxRequestsPerMinute to what the endpoint publishes, or run less often.',
  },
  SCIM_UNAUTHORIZED: {
    failure: 'credentials',
    meaning: 'The endpoint refused the token.',
    remedy:
      'Keeper: Admin Console → the node → Provisioning → the SCIM method: a token is shown once, and editing the method makes a new one. Put it into target.token.',
  },
  SCIM_FORBIDDEN: {
    failure: 'protocol',
    meaning: 'The endpoint does not let this token do that.',
    remedy: 'Look at what the token may do at the service, and whether the user or group is managed by it.',
  },
  SCIM_WRONG_URL: {
    failure: 'config',
    meaning: 'There is no SCIM service at target.url.',
    remedy:
      'Copy the SCIM URL from the service again; it ends before /Users. Keeper’s ends in the number of the node.',
  },
  SCIM_REDIRECT: {
    failure: 'config',
    meaning: 'The endpoint redirects; a redirect is not followed, because the token would go along.',
    remedy: 'Set target.url to where the service really is.',
  },
  SCIM_INSECURE_URL: {
    failure: 'config',
    meaning: 'target.url is http:// and not loopback, so the token would travel in the clear.',
    remedy: 'Use https://, or set target.allowInsecure to true for a test system.',
  },
  SCIM_MALFORMED: {
    failure: 'protocol',
    meaning: 'The answer is not SCIM: not JSON, or an attribute has the wrong type.',
    remedy: 'Check that target.url is a SCIM endpoint and that no proxy answers in its place.',
  },
  SCIM_PAGING: {
    failure: 'protocol',
    meaning: 'A list could not be read in full: its pages contradict each other.',
    remedy:
      'Run again: users may have changed meanwhile. If it stays, the endpoint’s paging is broken: report it to the service.',
  },
  SCIM_NOT_FOUND: {
    failure: 'protocol',
    meaning: 'The user or group is no longer at the endpoint.',
    remedy: 'Run again: ids are read anew on every run.',
  },
  SCIM_CONFLICT: {
    failure: 'protocol',
    meaning: 'The endpoint says that the name or email is taken (409).',
    remedy: 'Find who holds it: at Keeper it may be a user of another node or another enterprise.',
  },
  SCIM_NO_SEATS: {
    failure: 'protocol',
    meaning: 'The endpoint has no licence left for another user (428).',
    remedy: 'Buy seats or free some; the next run creates who is missing.',
  },
  SCIM_TOO_LARGE: {
    failure: 'protocol',
    meaning: 'The endpoint refused a request as too large (413).',
    remedy: 'Report it with the profile in use: this program should have split the request.',
  },
  SCIM_REFUSED: {
    failure: 'protocol',
    meaning: 'The endpoint refused the request.',
    remedy: 'The endpoint’s own words are in the message; check target.profile.',
  },
  SCIM_NO_PATCH: {
    failure: 'protocol',
    meaning: 'The endpoint does not support PATCH, which updates and memberships need.',
    remedy:
      'Check target.url and target.profile. A whole group is never replaced by PUT: that could undo what others changed meanwhile.',
  },
  SCIM_NOT_APPLIED: {
    failure: 'protocol',
    meaning: 'The endpoint accepted a change and answered without it.',
    remedy: 'Check target.profile; the endpoint may not let this attribute be changed through SCIM.',
  },
  SCIM_WRONG_RESOURCE: {
    failure: 'protocol',
    meaning: 'The endpoint answered with another user or group than the one that was written.',
    remedy: 'Report it to the service; nothing more was done with that answer.',
  },
  SCIM_WRONG_LOCATION: {
    failure: 'protocol',
    meaning:
      'The endpoint says that it created a user or group at another host or path, and does not show it here.',
    remedy:
      'Set target.url to the URL by which the endpoint names itself, or find out who answers in its place.',
  },
} as const satisfies Record<string, CatalogueEntry>
