import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { subBuckets, toWindows } from '../../../packages/redis-tier/src/limits/windows.ts';
import { compareWithExactLog } from '../../../tools/bench/limits/trace/compare.mjs';
import { readTrace } from '../../../tools/bench/limits/trace/read-trace.mjs';
import { checkAt } from '../../support/limits/virtual-time.ts';

const requests = readTrace(fileURLToPath(new URL('../../support/fixtures/traces/made.csv', import.meta.url)));
const minute = [{ name: 'minute', seconds: 60, limit: 60 }];
const exact = [{ name: 'minute', seconds: 60, limit: 20 }];
const margin = (): number => 1 / subBuckets;

let redis: Redis;
beforeAll(() => {
  redis = new Redis(inject('redisUrl'));
});
afterAll(() => redis.disconnect());

async function verdictsOf(limits: typeof minute): Promise<boolean[]> {
  const run = randomUUID();
  const windows = toWindows(limits);
  // If the script had to be loaded first, the first requests would be executed after later ones.
  await checkAt(redis, 0, [{ redisKey: `test-limits:r:{${run}}:x`, windows }]);
  const verdicts = await Promise.all(
    requests.map(({ atMs, subject }) =>
      checkAt(redis, atMs, [{ redisKey: `test-limits:r:{${run}-${subject}}:x`, windows }]),
    ),
  );
  return verdicts.map(([verdict]) => verdict?.allowed === true);
}

describe('a trace of requests', () => {
  test('is judged as an exact log would judge it, within the margin of a sub-bucket', async () => {
    const verdicts = await verdictsOf(minute);
    const comparison = compareWithExactLog({ requests, verdicts, windows: minute, margin });
    expect(comparison).toMatchObject({ tooLenient: [], tooStrict: [] });
    expect(comparison.limited.map(({ subject }) => subject).sort()).toEqual(['bursts', 'flood', 'steady']);
    expect(comparison.agreeing).toBeLessThan(requests.length);
  });

  test('is judged exactly as an exact log would judge it, for limits of 32 and below', async () => {
    const verdicts = await verdictsOf(exact);
    const comparison = compareWithExactLog({ requests, verdicts, windows: exact, margin: () => 0 });
    expect(comparison).toMatchObject({ tooLenient: [], tooStrict: [], agreeing: requests.length });
  });

  test('is reported as judged incorrectly when a single verdict is inverted', async () => {
    const verdicts = await verdictsOf(minute);
    const judge = (inverted: number) =>
      compareWithExactLog({
        requests,
        verdicts: verdicts.with(inverted, verdicts[inverted] !== true),
        windows: minute,
        margin,
      });
    const denied = verdicts.indexOf(false);
    expect(judge(denied).tooLenient).toHaveLength(1);
    expect(judge(0).tooStrict[0]).toContain(requests[0]?.subject);
  });
});

describe('a trace file', () => {
  test.each([
    ['another header', 'time,who\n1,a\n', /does not begin/],
    ['an invalid line', 'epoch_seconds,subject\n1,a\nyesterday,b\n', /Line 3 /],
  ])('with %s is rejected', (_name, text, message) => {
    const folder = mkdtempSync(join(tmpdir(), 'bookedbarber-trace-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'trace.csv');
    writeFileSync(file, text);
    expect(() => readTrace(file)).toThrow(message);
  });
});
