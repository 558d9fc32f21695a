import { defineConfig } from 'vitest/config';

/** Tests read the sources of the workspaces, never a build: this condition comes before Vite's own. */
const sourceCondition = 'bookedbarber-source';
const excluded = ['**/node_modules/**', '**/dist/**', '**/.cache/**', '**/.data/**'];

/** A machine that others use too may hold a process up for seconds. What fails three times is broken. */
const retry = process.env['CI'] === undefined ? 0 : 2;

/**
 * Files of a project share the modules of their worker: to load them for each takes longer than most tests. So a test takes
 * down whatever it puts up: spies, variables of the environment, listeners.
 */
const isolate = false;

/** PostgreSQL and Redis, started once for all files. */
const services = './tests/setup/services.ts';

export default defineConfig({
  resolve: { conditions: [sourceCondition, 'module', 'browser', 'development|production'] },
  // Without "module": Vitest hands these to Node, which does not take what packages keep for bundlers.
  ssr: { resolve: { conditions: [sourceCondition, 'node', 'development|production'] } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.{ts,tsx}', 'dev/**/*.test.{mjs,ts}'],
          exclude: excluded,
          isolate,
          maxWorkers: 2,
          // Properties over all time zones take seconds where others use the machine too.
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['tests/**/*.test.ts'],
          exclude: [...excluded, 'tests/browser/**', 'tests/start/**'],
          globalSetup: services,
          isolate,
          maxWorkers: 2,
          testTimeout: 30_000,
          retry,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          exclude: excluded,
          globalSetup: services,
          fileParallelism: false,
          testTimeout: 60_000,
          retry,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'start',
          include: ['tests/start/**/*.test.ts'],
          exclude: excluded,
          fileParallelism: false,
          testTimeout: 180_000,
          retry,
          hookTimeout: 180_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
