import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';

const folder = fileURLToPath(new URL('../../../packages/redis-tier/examples/', import.meta.url));

/** What each of them prints. */
const printed: Record<string, string> = {
  'quick-start.ts': 'miss 480\nfound 480\ntrue miss 520\n',
  'http-replies.ts': '200 miss [{"name":"soup","cents":480}]\n304 0\n',
  'many-keys.ts': '161\n161\n2 queries, the last one for 2026-11-23\n',
  'observe.ts': 'event: up\nload begins: menu menu\nload ends: menu\n' + '{ misses: 1, loads: 1 }\n',
};

/** A server, which goes on until it is told to end: limits/example.test.ts asks it. */
const runElsewhere = ['limits.ts'];

test('every example is run by a test', () => {
  expect(readdirSync(folder).sort()).toEqual([...Object.keys(printed), ...runElsewhere].sort());
});

test.each(Object.entries(printed))('the example %s prints what it says', async (name, wanted) => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '-C', 'bookedbarber-source', `${folder}${name}`],
    { env: { PATH: process.env['PATH'], REDIS_URL: inject('redisUrl') }, timeout: 100_000 },
  );
  expect(stdout).toBe(wanted);
});
