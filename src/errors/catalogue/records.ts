import type { CatalogueEntry } from './entry.ts'

export const recordsErrors = {
  RECORDS_UNREADABLE: {
    failure: 'config',
    meaning: 'The file of records is missing, may not be read, is too large, or is not text.',
    remedy:
      'Set spec.source.records.file to a file that this user may read; a relative path starts at the current directory.',
  },
  RECORDS_NOT_JSON: {
    failure: 'config',
    meaning: 'The file of records is not JSON, or names a member of one object twice.',
    remedy: 'Correct the file at the line and column named.',
  },
  RECORDS_INVALID: {
    failure: 'config',
    meaning:
      'Records have unknown fields, lack a mandatory one, have the wrong type, or contradict each other.',
    remedy: 'Correct the records named. Nothing was read from the file, and nothing was written.',
  },
  RECORDS_SCIM_GROUPS_UNRESOLVED: {
    failure: 'config',
    meaning:
      'None of the groups of spec.scope.scimGroups is in the file of records, or each name fits several.',
    remedy: 'Name groups of the file by their name or id, or leave scimGroups empty to take every user.',
  },
} as const satisfies Record<string, CatalogueEntry>
