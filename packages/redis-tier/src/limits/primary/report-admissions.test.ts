import { beforeEach, describe, expect, test } from 'vitest';
import type { CircuitBreaker } from '../../connection/internal.ts';
import { toScript } from '../check/run-script.ts';
import { PendingConsumptions } from '../local/pending-consumptions.ts';
import { toWindows } from '../windows.ts';
import { type ConsumptionReporter, createConsumptionReporter } from './report-admissions.ts';

const windows = toWindows({ perMinute: 60 });

let nowMs: number;
let pending: PendingConsumptions;
/** Each call's keys, and its arguments after those of the windows. */
let calls: { keys: string[]; runs: number[] }[];
let answer: (call: number) => Promise<void>;
let reporter: ConsumptionReporter;
beforeEach(() => {
  nowMs = 1_000_000;
  pending = new PendingConsumptions(1000);
  calls = [];
  answer = async () => {};
  reporter = createConsumptionReporter({
    client: {
      isCluster: false,
      async callBuffer(_command, _digest, count, ...rest) {
        const keys = rest.slice(0, Number(count)).map(String);
        calls.push({ keys, runs: rest.slice(keys.length + 4).map(Number) });
        await answer(calls.length);
        return Buffer.alloc(17 * keys.length);
      },
    },
    breaker: { send: (command: () => Promise<unknown>) => command() } as CircuitBreaker,
    script: toScript('return 1'),
    pendingConsumption: pending,
    nowMs: () => nowMs,
  });
});

const add = (count: number, atMs = nowMs) => {
  for (let number = 0; number < count; number += 1)
    pending.add({ redisKey: `k${number}`, slot: `k${number}`, windows, cost: 1, atMs }, false);
};
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('admissions that the server does not know', () => {
  test('are reported with their age in whole ms, never too high', async () => {
    add(1, nowMs - 250.4);
    add(1, nowMs + 5);
    reporter.flush();
    await turn();
    // Number of keys, their windows, cost and age: the second was merged into the first.
    expect(calls).toEqual([{ keys: ['k0'], runs: [1, 1, 2, 0] }]);
    add(1, nowMs - 250.4);
    reporter.flush();
    await turn();
    expect(calls[1]?.runs).toEqual([1, 1, 1, 250]);
  });

  test('are all reported, in calls of at most 64, and only those of a failed call again', async () => {
    add(150);
    answer = (call) => (call === 2 ? Promise.reject(new Error('OOM')) : Promise.resolve());
    reporter.flush();
    await turn();
    expect(calls.map(({ keys }) => keys.length)).toEqual([64, 64, 22]);
    expect(pending.waiting).toBe(64);
    answer = async () => {};
    reporter.flush();
    await turn();
    expect(calls[3]?.keys).toEqual(calls[1]?.keys);
    expect(pending.waiting).toBe(0);
  });

  test('are reported again a second after a failure, at the next reply of the server', async () => {
    add(1);
    answer = () => Promise.reject(new Error('OOM'));
    reporter.onReply();
    await turn();
    nowMs += 999;
    reporter.onReply();
    await turn();
    expect(calls).toHaveLength(1);
    nowMs += 1;
    reporter.onReply();
    await turn();
    expect(calls).toHaveLength(2);
  });

  test('are not reported while another report is under way', async () => {
    add(1);
    let reply: () => void = () => {};
    answer = () => new Promise((resolve) => (reply = resolve));
    reporter.onReply();
    add(1);
    reporter.onReply();
    await turn();
    expect(calls).toHaveLength(1);
    reply();
    await turn();
    reporter.onReply();
    expect(calls).toHaveLength(2);
  });
});
