import { defineConfig } from 'vitest/config'
import { fuzzReporter } from './test/fixtures/fuzz/reporter.ts'

/** Hostile input to every parser. FUZZ_SEED makes other cases of it, and FUZZ_TIMES=10 ten times as many. */
export default defineConfig({
  test: {
    include: ['test/fuzz/**/*.test.ts'],
    // A process each: one that hangs, or runs out of memory, takes no other along.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 600_000,
    reporters: ['default', fuzzReporter],
  },
})
