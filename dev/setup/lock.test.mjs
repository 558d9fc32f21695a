import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeLock } from './lock.mjs';
import { isAlive, processStart } from './processes.mjs';

let folder = '';
let file = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bookedbarber-lock-'));
  file = join(folder, 'lock');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A process id that nobody has any more. */
function endedPid() {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

describe('a lock', () => {
  it('is held by one at a time', () => {
    const lock = takeLock(file, { url: 'http://here' });
    expect(lock).not.toHaveProperty('heldBy');
    expect(takeLock(file)).toMatchObject({ heldBy: { pid: process.pid, url: 'http://here' } });
  });

  it('is free again after its release, and leaves no file', () => {
    const lock = takeLock(file);
    if ('heldBy' in lock) throw new Error('held');
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['of a process that has ended', () => JSON.stringify({ pid: endedPid() })],
    [
      'of an earlier process with the same id',
      () => JSON.stringify({ pid: process.pid, start: 'another time' }),
    ],
    ['that cannot be read', () => 'half a lo'],
  ])('%s is taken over', (_, content) => {
    writeFileSync(file, content());
    expect(takeLock(file)).toMatchObject({ tookOver: true });
  });

  it('is not given up by somebody else', () => {
    const lock = takeLock(file);
    if ('heldBy' in lock) throw new Error('held');
    const other = JSON.stringify({ pid: process.pid, start: processStart(process.pid), url: 'another' });
    writeFileSync(file, other);
    lock.release();
    expect(takeLock(file)).toHaveProperty('heldBy');
  });
});

it('knows which process lives, and tells it from a later one with its id', () => {
  expect(isAlive(process.pid)).toBe(true);
  expect(isAlive(endedPid())).toBe(false);
  expect(processStart(process.pid)).toBe(processStart(process.pid));
  expect(processStart(process.pid)).not.toBe(processStart(process.ppid));
});
