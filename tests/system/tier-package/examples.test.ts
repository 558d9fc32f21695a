import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';

const folder = fileURLToPath(new URL('../../../packages/redis-tier/examples/', import.meta.url));

/** The output of each example. */
const outputs: Record<string, string> = {
  'quick-start.ts': 'miss 480\ncached 480\ntrue miss 520\n',
  'http-replies.ts': '200 miss [{"name":"soup","cents":480}]\n304 0\n',
  'many-keys.ts': '161\n161\n2 queries, the last one for 2026-11-23\n',
  'observe.ts': 'event: up\nload begins: menu menu\nload ends: menu\n' + '{ misses: 1, loads: 1 }\n',
};

/** Examples that other tests run: limits.ts is a server, which tests/system/limits/example.test.ts runs. */
const testedElsewhere = ['limits.ts'];

test('every example is run by a test', () => {
  expect(readdirSync(folder).sort()).toEqual([...Object.keys(outputs), ...testedElsewhere].sort());
});

test.each(Object.entries(outputs))('the example %s prints the expected output', async (name, output) => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '-C', 'bookedbarber-source', `${folder}${name}`],
    { env: { PATH: process.env['PATH'], REDIS_URL: inject('redisUrl') }, timeout: 100_000 },
  );
  expect(stdout).toBe(output);
});
