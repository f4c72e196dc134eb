import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    isolate: false,
    pool: 'threads',
    maxWorkers: 2,
    testTimeout: 120_000,
    // Whole nodes and servers in processes of their own: on a busy machine one of them may be late.
    retry: process.env.CI ? 1 : 0,
    hookTimeout: 120_000,
  },
})
