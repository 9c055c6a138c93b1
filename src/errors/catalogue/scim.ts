import type { CatalogueEntry } from './entry.ts'

export const scimErrors = {} as const satisfies Record<string, CatalogueEntry>
