import type { CatalogueEntry } from './entry.ts'

export const recordsErrors = {} as const satisfies Record<string, CatalogueEntry>
