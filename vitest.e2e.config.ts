import { defineConfig } from 'vitest/config'

/** Against real components, which `.ci/install` brings; a component that is missing fails the run, it is never skipped. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
})
