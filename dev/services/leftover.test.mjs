import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../setup/temporary-folder.mjs';
import { stopLeftover } from './leftover.mjs';

const folder = temporaryFolder();

/** @param {number | undefined} pid */
function stop(pid) {
  const pidFile = join(folder(), 'server.pid');
  writeFileSync(pidFile, `${pid}\n`);
  return stopLeftover({ pidFile, folder: folder(), stopSignals: ['SIGTERM'], graceMs: 0 });
}

it('stops a server of an earlier run that uses the same folder', async () => {
  const server = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', folder()]);
  await once(server, 'spawn');
  const exited = once(server, 'exit');
  await stop(server.pid);
  expect(await exited).toEqual([null, 'SIGTERM']);
});

it('does not signal another program that has reused the process id', async () => {
  const other = spawn(process.execPath, ['-e', 'process.stdin.pipe(process.stdout)']);
  await once(other, 'spawn');
  await stop(other.pid);
  expect(existsSync(join(folder(), 'server.pid'))).toBe(false);
  other.stdin.end();
  expect(await once(other, 'exit')).toEqual([0, null]);
});
