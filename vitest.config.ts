import { defineConfig } from 'vitest/config';

/** Tests read the sources of the workspaces, never a build: this condition comes before Vite's own. */
const sourceCondition = 'bookedbarber-source';
const excluded = ['**/node_modules/**', '**/dist/**', '**/.cache/**', '**/.data/**'];

/**
 * The files of a project share the modules of their worker: loading them for each file takes longer than most tests.
 * A test therefore removes whatever it sets up: spies, environment variables, listeners.
 */
const isolate = false;

/** PostgreSQL and Redis, started once for all files. */
const services = './tests/support/services.ts';

/** Limits that only a hanging test reaches, also when the machine is busy with other work. */
const testTimeout = 120_000;
const hookTimeout = 120_000;

/**
 * `npm test` runs the projects unit, integration and browser. `npm run test:system` runs the project system: whole
 * programs that are started and killed, soaks, mutations, the image and the guide. There are no retries.
 */
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
          testTimeout,
          hookTimeout,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          exclude: excluded,
          globalSetup: services,
          isolate,
          maxWorkers: 2,
          testTimeout,
          hookTimeout,
          // A poll waits as long as a busy machine needs; a test that hangs ends by its own limit.
          expect: { poll: { timeout: 60_000, interval: 20 } },
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          exclude: excluded,
          globalSetup: [services, './tests/browser/chromium.ts'],
          isolate,
          fileParallelism: false,
          testTimeout,
          hookTimeout,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['tests/system/**/*.test.ts'],
          exclude: excluded,
          globalSetup: [services, './tests/browser/chromium.ts'],
          maxWorkers: 2,
          expect: { poll: { timeout: 60_000, interval: 20 } },
          testTimeout: 300_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
