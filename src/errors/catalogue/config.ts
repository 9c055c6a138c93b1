import type { CatalogueEntry } from './entry.ts'

export const configErrors = {
  CONFIG_DOCUMENT_UNREADABLE: {
    failure: 'config',
    meaning: 'The SyncConfig document is missing, may not be read, is larger than 1 MiB, or is not text.',
    remedy: 'Give --config a file that this user may read; a relative path starts at the current directory.',
  },
  CONFIG_SYNTAX: {
    failure: 'config',
    meaning: 'The document is not one well-formed YAML 1.2 or JSON document.',
    remedy: 'Correct it at the lines named. A key may be there once; tabs do not indent.',
  },
  CONFIG_UNKNOWN_SETTING: {
    failure: 'config',
    meaning: 'The document, the environment or a flag names a setting that does not exist.',
    remedy: 'Correct the name; docs/configuration.md lists all of them.',
  },
  CONFIG_WRONG_VALUE: {
    failure: 'config',
    meaning: 'A setting has the wrong type, is out of range, or is not what it should be.',
    remedy: 'Correct the settings named; docs/configuration.md says what each of them takes.',
  },
  CONFIG_MISSING: {
    failure: 'config',
    meaning: 'A mandatory setting is set nowhere.',
    remedy: 'Set it in the document, in the environment variable named, or with --set.',
  },
  CONFIG_CONFLICT: {
    failure: 'config',
    meaning: 'Two settings exclude each other, or one is given twice in the same place.',
    remedy: 'Remove one of the two.',
  },
  CONFIG_INSECURE: {
    failure: 'config',
    meaning: 'A secret would cross the network in the clear.',
    remedy: 'Use https://, ldaps:// or StartTLS; allowInsecure is for test networks.',
  },
  CONFIG_SECRET_EXPOSED: {
    failure: 'config',
    meaning: 'A secret stands where others can read it: in the document, on the command line, or in a URL.',
    remedy:
      'Refer to it by {file: …}, {env: …} or {secretKeyRef: {name: …, key: …}}, and issue a new one if it has been shared.',
  },
  CONFIG_SECRET_UNAVAILABLE: {
    failure: 'config',
    meaning: 'A secret is not where the configuration says, or is empty.',
    remedy: 'Put the secret there, or correct the reference. Its value is never printed.',
  },
  CONFIG_INVALID: {
    failure: 'config',
    meaning: 'The configuration has problems of several kinds; the message lists all of them.',
    remedy: 'Correct the settings named; docs/configuration.md describes each of them.',
  },
} as const satisfies Record<string, CatalogueEntry>
