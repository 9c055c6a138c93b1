import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    pool: 'threads',
    // Generous: what has to be quick is tested otherwise, and a busy machine may be slow.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'unit', include: ['src/**/*.test.ts'] } },
      { extends: true, test: { name: 'integration', include: ['test/integration/**/*.test.ts'] } },
    ],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      // What only runs as a process of its own is tested as one, where coverage does not look.
      exclude: [
        'src/**/*.test.ts',
        'src/main.ts',
        'src/wiring.ts',
        'src/cli/**',
        // So is what talks to a real API server.
        'src/kubernetes/{cluster,connection,documents,event-store,lease-store,secret-key,status-store}.ts',
        // And so is what runs in a browser.
        'src/{report/html-script,observe/status-page-script}.ts',
      ],
      thresholds: { statements: 92, branches: 88 },
    },
  },
})
