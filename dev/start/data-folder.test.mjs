import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDataFolder } from './data-folder.mjs';
import { openSecrets } from './secrets.mjs';

const url = 'http://127.0.0.1:3000';
let path = '';

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'bookedbarber-data-')), 'data');
});

afterEach(() => {
  rmSync(join(path, '..'), { recursive: true, force: true });
});

describe('the data folder', () => {
  it('belongs to one start at a time, and says to which', () => {
    const data = openDataFolder(path, { url });
    expect(() => openDataFolder(path, { url })).toThrow(`process ${process.pid}, ${url}`);
    data.close();
    expect(openDataFolder(path, { url }).recovered).toBe(false);
  });

  it('is taken over from a start that was killed, with what it had announced', () => {
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'start.lock'), JSON.stringify({ pid: process.pid, start: 'long ago' }));
    writeFileSync(join(path, 'instance.json'), '{}');
    expect(openDataFolder(path, { url }).recovered).toBe(true);
    expect(existsSync(join(path, 'instance.json'))).toBe(false);
  });
});

describe('the secrets', () => {
  it('are made once and are the same ever after', () => {
    const data = openDataFolder(path, { url });
    const first = openSecrets(data, {});
    const second = openSecrets(data, {});
    expect(first.operatorTokenIs).toBe('new');
    expect(second).toEqual({ ...first, operatorTokenIs: 'kept' });
    expect(Buffer.from(first.operatorToken, 'base64url')).toHaveLength(32);
    expect(new Set(Object.values(first)).size).toBe(5);
  });

  it('stand in a file that only its owner can read', () => {
    const data = openDataFolder(path, { url });
    openSecrets(data, {});
    expect(statSync(data.secretsFile).mode & 0o777).toBe(0o600);
  });

  it('come from the environment where it has them, and are not written down then', () => {
    const data = openDataFolder(path, { url });
    const secrets = openSecrets(data, { OPERATOR_TOKEN: 'mine', BOOKING_LINK_SECRET: 'ours' });
    expect(secrets).toMatchObject({
      operatorToken: 'mine',
      operatorTokenIs: 'environment',
      bookingLinkSecret: 'ours',
    });
    expect(readFileSync(data.secretsFile, 'utf8')).not.toMatch(/mine|ours/);
  });

  it('are not written down in production', () => {
    const data = openDataFolder(path, { url });
    openSecrets(data, { OPERATOR_TOKEN: 'mine', BOOKING_LINK_SECRET: 'ours' }, { production: true });
    expect(existsSync(data.secretsFile)).toBe(false);
  });

  it('cannot be made again for a database that is locked with the lost ones', () => {
    const data = openDataFolder(path, { url });
    mkdirSync(join(path, 'postgres'));
    expect(() => openSecrets(data, {})).toThrow('rm -r');
  });
});
