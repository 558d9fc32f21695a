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

it('stops a server of an earlier start on the same folder', async () => {
  const server = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', folder()]);
  await once(server, 'spawn');
  const exited = once(server, 'exit');
  await stop(server.pid);
  expect(await exited).toEqual([null, 'SIGTERM']);
});

it('leaves a program alone that has the id of such a server by now', async () => {
  await stop(process.pid);
  expect(existsSync(join(folder(), 'server.pid'))).toBe(false);
});
