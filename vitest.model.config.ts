import { defineConfig } from 'vitest/config'

/** Random sequences of changes, faults and runs, held against the promises. Two files, one a core. */
export default defineConfig({
  test: {
    include: ['test/model/**/*.test.ts'],
    pool: 'threads',
    testTimeout: 300_000,
    hookTimeout: 60_000,
  },
})
