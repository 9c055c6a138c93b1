import type { CatalogueEntry } from './entry.ts'

export const memoryErrors = {
  MEMORY_UNREADABLE: {
    failure: 'internal',
    onlyWarned: true,
    meaning:
      'Who has been missing since when can’t be read, so every wait of `policy.users.remove` counts as just begun.',
    remedy: 'See to it that it can be read: the file of spec.memory.file, or the ConfigMap.',
  },
  MEMORY_BROKEN: {
    failure: 'internal',
    onlyWarned: true,
    meaning:
      'What is there is no memory of who is missing, so every wait begins anew; the next push replaces it.',
    remedy: 'Nothing, if that was expected. Nobody else should write there.',
  },
  MEMORY_FOREIGN: {
    failure: 'config',
    onlyWarned: true,
    meaning: 'The memory is of another target, so every wait begins anew; the next push replaces it.',
    remedy:
      'Give each configuration a memory of its own. After a change of target.url there is nothing to do.',
  },
  MEMORY_STALE: {
    failure: 'internal',
    onlyWarned: true,
    meaning:
      'No push has written to the memory for more than 8 days. Who was back in between is not known, so every wait begins anew.',
    remedy: 'Push at least once a week where policy.users.remove waits.',
  },
  MEMORY_AHEAD: {
    failure: 'internal',
    onlyWarned: true,
    meaning: 'The memory has times that are still to come; those waits begin then.',
    remedy: 'Correct the clock. If it is right, delete the memory: every wait then begins anew.',
  },
  MEMORY_FULL: {
    failure: 'internal',
    onlyWarned: true,
    meaning:
      'The memory has no room for all who are missing. Those who are missing the shortest wait longer.',
    remedy: 'Set spec.memory.file, which holds more than a ConfigMap, or let the removals that are due pass.',
  },
  MEMORY_UNWRITABLE: {
    failure: 'internal',
    meaning:
      'Who is missing, and who is back, could not be written down. All else was done, but for what was due after a wait.',
    remedy:
      'See to it that it can be written, then push again. If somebody was back meanwhile, delete the memory first: an old one does not know that.',
  },
} as const satisfies Record<string, CatalogueEntry>
