import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bookedbarber } from '../../support/bookedbarber.ts';
import { type LocalServer, startLocalServer } from '../../support/local-server.ts';

const run = promisify(execFile);
const project = fileURLToPath(new URL('../../../', import.meta.url));

let server: LocalServer;
beforeAll(async () => {
  server = await startLocalServer();
  expect((await bookedbarber(server, ['demo'])).code).toBe(0);
});
afterAll(() => server.stop());

test('the quick tour of the README books an appointment', async () => {
  const readme = await readFile(`${project}README.md`, 'utf8');
  const block = /```sh\n(SHOP=[\s\S]*?)```/.exec(readme)?.[1];
  expect(block).toBeDefined();
  const script = block?.replace('http://localhost:3000', server.url) ?? '';
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script]);
  expect(stdout).toMatch(/^HTTP\/1\.1 201 /);
  expect(stdout).toContain('"manage_url"');
});
