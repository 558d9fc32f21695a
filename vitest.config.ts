import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/support/longest-first.ts';

/** Makes tests import the sources of the workspaces instead of a build. Placed before Vite's own conditions. */
const sourceCondition = 'bookedbarber-source';
const excluded = ['**/node_modules/**', '**/dist/**', '**/.cache/**', '**/.data/**'];

/**
 * The test files of a worker share the loaded modules, because loading them for each file takes longer than most tests.
 * Therefore every test has to remove its spies, environment variables and listeners.
 */
const isolate = false;

/** Starts PostgreSQL and Redis once for all files. */
const services = './tests/support/services.ts';

/** Lets the fake timers of tests apply to the tier, which binds its timers when it loads. */
const setupFiles = './tests/support/replaceable-timers.ts';

/** Timeouts, in ms, that only a hanging test reaches, even on a busy machine. */
const testTimeout = 120_000;
const hookTimeout = 120_000;

/**
 * `npm test` runs the projects unit, integration and browser. `npm run test:system` runs the project system: tests that
 * start and kill complete programs, soak tests, mutation tests, the Dockerfile and the guide. There are no retries.
 */
export default defineConfig({
  resolve: { conditions: [sourceCondition, 'module', 'browser', 'development|production'] },
  // Without "module": Vitest passes these conditions to Node, which cannot load the ES modules that are meant for
  // bundlers.
  ssr: { resolve: { conditions: [sourceCondition, 'node', 'development|production'] } },
  test: {
    sequence: { sequencer: LongestFirst },
    setupFiles,
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
          maxWorkers: 4,
          testTimeout,
          hookTimeout,
          // Long enough for a busy machine, and shorter than testTimeout.
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
          isolate,
          maxWorkers: 3,
          expect: { poll: { timeout: 60_000, interval: 20 } },
          testTimeout: 300_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
