import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { ownPrefix } from '../../support/redis-tier/cache-bench.ts';

test('a fleet of four processes with 200 callers each loads a key once', async () => {
  const prefix = ownPrefix();
  const file = fileURLToPath(new URL('../../support/redis-tier/loading-process.ts', import.meta.url));
  const processes = Array.from({ length: 4 }, () =>
    fork(file, [inject('redisUrl'), prefix, '200'], {
      execArgv: ['--import', 'tsx', '-C', 'bookedbarber-source'],
    }),
  );
  try {
    await Promise.all(processes.map((child) => once(child, 'message')));
    const reports = processes.map((child) => once(child, 'message'));
    for (const child of processes) child.send('go');
    const results = (await Promise.all(reports)).map(
      ([result]) => result as { loads: number; values: string[] },
    );
    expect(results.reduce((sum, { loads }) => sum + loads, 0)).toBe(1);
    expect(new Set(results.flatMap(({ values }) => values)).size).toBe(1);
  } finally {
    for (const child of processes) child.kill();
  }
});
