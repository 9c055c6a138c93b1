import type { CatalogueEntry } from './entry.ts'

export const generalErrors = {
  INTERNAL: {
    failure: 'internal',
    meaning: 'A defect of scim-push itself.',
    remedy: 'Run again with --log-level debug and report what it prints; secrets are not in it.',
  },
  INTERRUPTED: {
    failure: 'internal',
    meaning: 'A signal ended the run before it was through.',
    remedy: 'Run again: it goes on from what was written.',
  },
  PERSON_NOT_FOUND: {
    failure: 'protocol',
    meaning: 'Neither the source nor the target knows the person whom `explain` was asked about.',
    remedy:
      'Give the email address, the userName or an id: the source’s, or the target’s. A new person may take a while to be found.',
  },
  PLAN_STALE: {
    failure: 'protocol',
    meaning: 'A saved plan is no longer the plan: something has changed since. Nothing was written.',
    remedy: 'Look at what has changed; then plan, review and apply anew.',
  },
  PLAN_UNREADABLE: {
    failure: 'config',
    meaning:
      'The file that `apply` was given is no saved plan of this configuration; the command did not start.',
    remedy:
      'Make one with `scim-push plan --output json --output-file PLAN.json`, with the same configuration.',
  },
  OUTPUT_UNWRITABLE: {
    failure: 'config',
    meaning: 'The file for the result can’t be written; the command did not start.',
    remedy: 'Give --output-file a file that this user may write, in a directory that exists.',
  },
  LISTEN_FAILED: {
    failure: 'config',
    meaning: 'The address of --listen can’t be listened on; the command did not start.',
    remedy: 'Give --listen an address of this machine and a port that no other program has.',
  },
} as const satisfies Record<string, CatalogueEntry>
