import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withProductionFile } from './production-file.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bookedbarber-env-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const write = (/** @type {string} */ text) => writeFileSync(join(folder, '.env.production'), text);

it('puts the file behind the environment in production', () => {
  write("PORT=4000\nREDIS_PASSWORD='a#b$c'\n");
  expect(withProductionFile({ NODE_ENV: 'production', PORT: '5000' }, folder)).toEqual({
    NODE_ENV: 'production',
    PORT: '5000',
    REDIS_PASSWORD: 'a#b$c',
  });
});

it('leaves the file alone elsewhere, and does without one in production', () => {
  write('PORT=4000\n');
  expect(withProductionFile({ NODE_ENV: 'development' }, folder)).toEqual({ NODE_ENV: 'development' });
  expect(withProductionFile({}, folder)).toEqual({});
  expect(withProductionFile({ NODE_ENV: 'production' }, join(folder, 'empty'))).toEqual({
    NODE_ENV: 'production',
  });
});

it.skipIf(process.getuid?.() === 0)('says that a file cannot be read', () => {
  write('PORT=4000\n');
  chmodSync(join(folder, '.env.production'), 0o000);
  expect(() => withProductionFile({ NODE_ENV: 'production' }, folder)).toThrow('cannot be read');
});
