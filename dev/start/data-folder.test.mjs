import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../setup/temporary-folder.mjs';
import { openDataFolder } from './data-folder.mjs';
import { openSecrets } from './secrets.mjs';

const folder = temporaryFolder();
const open = () => openDataFolder({ dataFolder: join(folder(), 'data'), url: 'http://127.0.0.1:3000' });
const secretsFile = () => join(folder(), 'data/secrets.json');

it('rejects a second start on the same folder and names the first', () => {
  const data = open();
  expect(open).toThrow(`process ${process.pid}, http://127.0.0.1:3000`);
  data.close();
  expect(open().recovered).toBe(false);
});

it('takes over the folder of a killed start and keeps its logs', () => {
  for (const name of ['data', 'data/logs']) mkdirSync(join(folder(), name));
  writeFileSync(join(folder(), 'data/start.lock'), JSON.stringify({ pid: process.pid, start: 'long ago' }));
  writeFileSync(join(folder(), 'data/instance.json'), '{}');
  writeFileSync(join(folder(), 'data/logs/api.log'), 'last words');
  expect(open().recovered).toBe(true);
  expect(existsSync(join(folder(), 'data/instance.json'))).toBe(false);
  expect(readFileSync(join(folder(), 'data/logs/api.log.old'), 'utf8')).toBe('last words');
});

it('creates the secrets once, in a file that only its owner can read', () => {
  const data = open();
  const first = openSecrets(data, {});
  expect(first.operatorTokenIs).toBe('new');
  expect(openSecrets(data, {})).toEqual({ ...first, operatorTokenIs: 'stored' });
  expect(Buffer.from(first.operatorToken, 'base64url')).toHaveLength(32);
  expect(new Set(Object.values(first)).size).toBe(5);
  expect(statSync(secretsFile()).mode & 0o777).toBe(0o600);
});

it('takes secrets from the environment without storing them', () => {
  const secrets = openSecrets(open(), { OPERATOR_TOKEN: 'mine', BOOKING_LINK_SECRET: 'ours' });
  expect(secrets).toMatchObject({
    operatorToken: 'mine',
    operatorTokenIs: 'environment',
    bookingLinkSecret: 'ours',
  });
  expect(readFileSync(secretsFile(), 'utf8')).not.toMatch(/mine|ours/);
});

it('does not create new secrets for a database that requires the lost ones', () => {
  const data = open();
  mkdirSync(join(data.path, 'postgres'));
  expect(() => openSecrets(data, {})).toThrow('rm -r');
  expect(existsSync(secretsFile())).toBe(false);
});
