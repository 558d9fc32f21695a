import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalServer, startLocalServer } from '../../support/local-server.ts';

const project = fileURLToPath(new URL('../../../', import.meta.url));
const bin = fileURLToPath(new URL('../../../apps/cli/bin/bookedbarber.mjs', import.meta.url));

let server: LocalServer;
let folder: string;
beforeAll(async () => {
  server = await startLocalServer();
  folder = mkdtempSync(join(tmpdir(), 'bookedbarber-bin-'));
  mkdirSync(join(folder, '.data'));
  writeFileSync(join(folder, '.data', 'instance.json'), JSON.stringify({ url: server.url }));
  writeFileSync(
    join(folder, '.data', 'secrets.json'),
    JSON.stringify({ operatorToken: server.operatorToken }),
  );
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server?.stop();
});

/** Runs the built command in a folder with the data of a local server. */
async function spawned(args: string[], { closeStdout = false } = {}) {
  const child = spawn(process.execPath, [bin, ...args], { cwd: folder, env: { PATH: process.env['PATH'] } });
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  if (closeStdout) child.stdout.destroy();
  else
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

test('the command finds the server of the current folder', async () => {
  expect(await spawned(['shop', 'list', '--json'])).toEqual({
    code: 0,
    stdout: '{\n  "shops": []\n}\n',
    stderr: '',
  });
});

test('the command exits with the documented exit codes', async () => {
  expect((await spawned(['--version'])).code).toBe(0);
  expect((await spawned(['shop', 'show', 'nothing'])).code).toBe(1);
  expect((await spawned(['shop', 'show'])).code).toBe(2);
});

test('a closed output pipe is not an error', async () => {
  expect(await spawned(['--help'], { closeStdout: true })).toMatchObject({ code: 0, stderr: '' });
});

test('npx runs the command in a clone, and the help lists every subcommand', async () => {
  // Offline: npx must use the command that npm linked.
  const env = { ...process.env, npm_config_offline: 'true', npm_config_yes: 'false' };
  const { stdout } = await promisify(execFile)('npx', ['bookedbarber', '--help'], { cwd: project, env });
  const verbs =
    'shop import demo plan provision scale rotate restore env doctor verify status messages advise tune';
  for (const verb of verbs.split(' ')) expect(stdout).toMatch(new RegExp(`^  ${verb} `, 'm'));
});
