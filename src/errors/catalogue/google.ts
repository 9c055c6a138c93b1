import type { CatalogueEntry } from './entry.ts'

export const googleErrors = {} as const satisfies Record<string, CatalogueEntry>
