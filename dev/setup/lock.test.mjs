import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { takeLock } from './lock.mjs';
import { isAlive } from './processes.mjs';
import { temporaryFolder } from './temporary-folder.mjs';

const folder = temporaryFolder();
const file = () => join(folder(), 'lock');

/** The id of a process that has exited. */
const exitedPid = () => spawnSync(process.execPath, ['-e', '']).pid;

it('grants a lock to one holder and returns that holder to the others', () => {
  expect(takeLock(file(), { url: 'http://here' })).not.toHaveProperty('heldBy');
  expect(takeLock(file())).toMatchObject({ heldBy: { pid: process.pid, url: 'http://here' } });
});

it('removes the file on release', () => {
  const lock = takeLock(file());
  if ('release' in lock) lock.release();
  expect(readdirSync(folder())).toEqual([]);
});

it.each([
  ['of a process that has exited', () => JSON.stringify({ pid: exitedPid() })],
  ['of an earlier process with the same id', () => JSON.stringify({ pid: process.pid, start: 'earlier' })],
  ['that cannot be read', () => 'half a lo'],
])('takes over a lock %s', (_, content) => {
  writeFileSync(file(), content());
  expect(takeLock(file())).toMatchObject({ tookOver: true });
});

it('detects whether a process is running', () => {
  expect(isAlive(process.pid)).toBe(true);
  expect(isAlive(exitedPid())).toBe(false);
});
