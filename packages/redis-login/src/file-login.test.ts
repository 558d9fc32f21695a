import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CredentialsError } from './credentials-error.ts';
import { readFileLogin } from './file-login.ts';
import { maxPasswordLength } from './secret-text.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bookedbarber-password-'));
  path = join(folder, 'password');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const longest = 'x'.repeat(maxPasswordLength);

test.each([
  ['a word', 'p/w#$ d', 'p/w#$ d'],
  ['a line', 'word\n', 'word'],
  ['a line of Windows', 'word\r\n', 'word'],
  ['the longest password', `${longest}\n`, longest],
  ['the longest password of characters of four bytes', '𝄞'.repeat(maxPasswordLength / 2), '𝄞'.repeat(512)],
])('the password of a file with %s is read, with the user of the settings', async (_case, text, password) => {
  writeFileSync(path, text);
  expect(await readFileLogin(path, 'ann')).toEqual({ username: 'ann', password });
  expect(await readFileLogin(path, null)).toEqual({ username: null, password });
});

describe('an error without the content is reported for', () => {
  test.each([
    ['an empty file', ''],
    ['an empty line', '\n'],
    ['two lines', 'hunter2\nhunter3\n'],
    ['two line breaks', 'hunter2\n\n'],
    ['an old line break', 'hunter2\rhunter3'],
    ['a long password', `hunter2${longest}`],
    ['a large file', 'hunter2'.repeat(100_000)],
  ])('%s', async (_case, text) => {
    writeFileSync(path, text);
    const error = await readFileLogin(path, null).catch((found: unknown) => found);
    expect(error).toBeInstanceOf(CredentialsError);
    expect((error as Error).message).toMatch(/^The Redis password file is empty, longer than 1024/);
    expect((error as Error).message).not.toMatch(/hunter/);
  });

  test('a missing file, and a folder', async () => {
    await expect(readFileLogin(path, null)).rejects.toThrow(
      /^The Redis password file cannot be read \(ENOENT\)\. Check that it exists/,
    );
    await expect(readFileLogin(folder, null)).rejects.toThrow(/cannot be read \(EISDIR\)/);
  });
});

test('a file that a secret mount replaces is read again', async () => {
  const versions = ['one', 'two'].map((name) => {
    writeFileSync(join(folder, name), `${name}\n`);
    return join(folder, name);
  });
  symlinkSync(versions[0] ?? '', path);
  expect((await readFileLogin(path, null)).password).toBe('one');
  symlinkSync(versions[1] ?? '', `${path}.new`);
  renameSync(`${path}.new`, path);
  expect((await readFileLogin(path, null)).password).toBe('two');
});
