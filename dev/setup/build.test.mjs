import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOfSources } from './build.mjs';

describe('the digest of the sources', () => {
  let folder = '';

  /**
   * @param {string} path
   * @param {string} content
   */
  const write = (path, content) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bookedbarber-digest-'));
    write('package.json', '{}');
    write('apps/server/src/api.ts', 'one');
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(['apps/server/src/api.ts', 'apps/web/index.html', 'packages/x/package.json', 'tsconfig.base.json'])(
    'changes with %s',
    (path) => {
      const before = digestOfSources(folder);
      write(path, 'two');
      expect(digestOfSources(folder)).not.toBe(before);
    },
  );

  it.each([
    'apps/server/dist/api.js',
    'apps/server/src/api.test.ts',
    'node_modules/x/index.js',
    '.data/x',
    'README.md',
  ])('does not change with %s', (path) => {
    const before = digestOfSources(folder);
    write(path, 'two');
    expect(digestOfSources(folder)).toBe(before);
  });

  it('does not change with a time', () => {
    const before = digestOfSources(folder);
    utimesSync(join(folder, 'apps/server/src/api.ts'), 1, 1);
    expect(digestOfSources(folder)).toBe(before);
  });
});
