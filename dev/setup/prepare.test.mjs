import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { newestSourceMs } from './prepare.mjs';
import { temporaryFolder } from './temporary-folder.mjs';

const folder = temporaryFolder();

/** Writes a file and sets the modification time of it and its folders. @param {string} path @param {number} seconds since 1970 */
function write(path, seconds) {
  const file = join(folder(), path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '');
  for (let changed = file; changed !== folder(); changed = dirname(changed))
    utimesSync(changed, seconds, seconds);
}

beforeEach(() => {
  write('packages/tier/src/core/clock.ts', 100);
  write('apps/server/src/main/api.ts', 200);
});

it.each([
  'apps/server/src/main/api.ts',
  'apps/web/index.html',
  'packages/tier/package.json',
  'package-lock.json',
])('builds again after a change of %s', (path) => {
  write(path, 300);
  expect(newestSourceMs(folder())).toBe(300_000);
});

it.each([
  'apps/server/dist/main/api.js',
  'apps/server/node_modules/x/index.js',
  'apps/server/tsconfig.tsbuildinfo',
])('does not build again after a change of %s', (path) => {
  write(path, 300);
  expect(newestSourceMs(folder())).toBeLessThan(300_000);
});
