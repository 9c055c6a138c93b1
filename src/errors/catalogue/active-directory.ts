import type { CatalogueEntry } from './entry.ts'

export const activeDirectoryErrors = {} as const satisfies Record<string, CatalogueEntry>
