import type { CatalogueEntry } from './entry.ts'

export const pushgatewayErrors = {
  PUSHGATEWAY_UNREACHABLE: {
    failure: 'unreachable',
    onlyWarned: true,
    meaning: 'No answer from the Pushgateway, after all tries; its metrics are those of an earlier run.',
    remedy: 'Check --pushgateway, DNS, the network policy and proxies (NO_PROXY).',
  },
  PUSHGATEWAY_TLS: {
    failure: 'unreachable',
    onlyWarned: true,
    meaning: 'The Pushgateway’s certificate could not be verified.',
    remedy:
      'Set --pushgateway-ca-file to the PEM of the authority that signed it, or correct the host name in --pushgateway.',
  },
  PUSHGATEWAY_UNAVAILABLE: {
    failure: 'unreachable',
    onlyWarned: true,
    meaning: 'The Pushgateway, or a proxy before it, failed or was too busy, after all tries.',
    remedy: 'Look at the Pushgateway’s log.',
  },
  PUSHGATEWAY_UNAUTHORIZED: {
    failure: 'credentials',
    onlyWarned: true,
    meaning: 'The Pushgateway did not accept the user name and password, or the token, or wants some.',
    remedy:
      'Set --pushgateway-username and --pushgateway-password-file, or --pushgateway-token-file, to what it takes.',
  },
  PUSHGATEWAY_REDIRECT: {
    failure: 'config',
    onlyWarned: true,
    meaning: 'The Pushgateway redirects; a redirect is not followed, because the credentials would go along.',
    remedy:
      'Set --pushgateway to where it really is: often https:// instead of http://, or a path before it.',
  },
  PUSHGATEWAY_REFUSED: {
    failure: 'protocol',
    onlyWarned: true,
    meaning: 'The Pushgateway took the push for wrong, or what answered is no Pushgateway.',
    remedy:
      'Check that --pushgateway ends before /metrics. Somebody else who pushes a metric of the same name with another type has to stop; the message is the Pushgateway’s own.',
  },
} as const satisfies Record<string, CatalogueEntry>
