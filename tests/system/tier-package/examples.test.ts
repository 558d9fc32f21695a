import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const folder = fileURLToPath(new URL('../../../packages/redis-tier/examples/', import.meta.url));

/** The output of each example. */
const outputs: Record<string, string> = {
  'quick-start.ts': 'miss 480\ncached 480\ntrue miss 520\n',
  'http-replies.ts': '200 miss [{"name":"soup","cents":480}]\n304 0\n',
  'many-keys.ts': '161\n161\n2 queries, the last one for 2026-11-23\n',
  'jobs.ts': 'new: true false\nto guest@example.com: order 17 is confirmed\nunsent: 0\n{ sent: 1 }\n',
  'observe.ts': 'event: up\nload begins: menu menu\nload ends: menu\n' + '{ misses: 1, loads: 1 }\n',
};

/** Examples that other tests run: limits.ts is a server, which tests/system/limits/example.test.ts runs. */
const testedElsewhere = ['limits.ts'];

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('every example is run by a test', () => {
  expect(readdirSync(folder).sort()).toEqual([...Object.keys(outputs), ...testedElsewhere].sort());
});

test.each(Object.entries(outputs))('the example %s prints the expected output', async (name, output) => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '-C', 'bookedbarber-source', `${folder}${name}`],
    {
      env: { PATH: process.env['PATH'], REDIS_URL: inject('redisUrl'), DATABASE_URL: database.url },
      timeout: 100_000,
    },
  );
  expect(stdout).toBe(output);
});
