import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CircuitBreaker } from '../../connection/internal.ts';
import { RedisUnavailableError } from '../../core/index.ts';
import { timers } from '../../core/internal.ts';
import { toWindows } from '../windows.ts';
import { type CheckBatcher, type CheckOutcome, createCheckBatcher } from './check-batch.ts';
import { toScript } from './run-script.ts';

const windows = toWindows({ perMinute: 60 });
const replyBytes = 17;

/** Each call: when it was sent, and its keys. */
let calls: { atMs: number; keys: string[] }[];
let replyMs: number;
let outcomes: Map<string, CheckOutcome>;
let send: <T>(command: () => Promise<T>) => Promise<T>;
beforeEach(() => {
  vi.useFakeTimers({ now: 0, toFake: ['performance', 'setTimeout', 'clearTimeout', 'setImmediate', 'Date'] });
  calls = [];
  replyMs = 0;
  outcomes = new Map();
  send = (command) => command();
});
afterEach(() => vi.useRealTimers());

function batcherOf(isCluster = false): CheckBatcher {
  return createCheckBatcher({
    client: {
      isCluster,
      async callBuffer(_command, _digest, count, ...rest) {
        const keys = rest.slice(0, Number(count)).map(String);
        calls.push({ atMs: Date.now(), keys });
        // Each reply takes longer than the one before.
        if (replyMs > 0) await new Promise((resolve) => setTimeout(resolve, replyMs * calls.length));
        return Buffer.alloc(replyBytes * keys.length);
      },
    },
    breaker: { send: (command: () => Promise<unknown>) => send(command) } as CircuitBreaker,
    script: toScript('return 1'),
    nowMs: () => Date.now(),
    onCall: () => {},
    onEnd: () => {},
  });
}

let sent = 0;
function check(batcher: CheckBatcher, count = 1, slot = (number: number) => `${number}`): string[] {
  return Array.from({ length: count }, (_, number) => {
    sent += 1;
    const redisKey = `k${sent}`;
    const resolve = (outcome: CheckOutcome) => outcomes.set(redisKey, outcome);
    batcher.send({ redisKey, windows, cost: 1, ageMs: -1, slot: slot(number), resolve });
    return redisKey;
  });
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const sizes = () => calls.map(({ keys }) => keys.length);

describe('checks', () => {
  test('of one turn travel together, each with its part of the reply', async () => {
    const keys = check(batcherOf(), 3);
    await pass(0);
    expect(sizes()).toEqual([3]);
    expect(keys.map((key) => outcomes.get(key))).toMatchObject([
      { at: 0, sentMs: 0 },
      { at: replyBytes, sentMs: 0 },
      { at: 2 * replyBytes, sentMs: 0 },
    ]);
  });

  test('of a lone caller are sent at once, however soon they follow each other', async () => {
    const batcher = batcherOf();
    for (let number = 0; number < 5; number += 1) {
      check(batcher);
      await pass(0);
    }
    expect(calls.map(({ atMs, keys }) => [atMs, keys.length])).toEqual(Array(5).fill([0, 1]));
  });

  test.each([1, 2, 40])(
    'that arrive while a call is in flight, %i, travel together after its reply',
    async (count) => {
      const batcher = batcherOf();
      replyMs = 20;
      check(batcher);
      await pass(5);
      check(batcher, count);
      await pass(14);
      expect(sizes()).toEqual([1]);
      await pass(5);
      expect(sizes()).toEqual([1, count]);
    },
  );

  test('of callers that have just received their outcomes join those that wait', async () => {
    const batcher = batcherOf();
    replyMs = 20;
    const again = () => void check(batcher);
    batcher.send({ redisKey: 'first', windows, cost: 1, ageMs: -1, slot: '0', resolve: again });
    await pass(5);
    check(batcher, 2);
    await pass(19);
    expect(sizes()).toEqual([1, 3]);
  });

  test('of a turn that takes long are sent before its end, and those that follow wait for the reply, once', async () => {
    const batcher = batcherOf();
    replyMs = 20;
    let aheadMs = 0;
    const now = vi.spyOn(timers, 'now').mockImplementation(() => performance.now() + aheadMs);
    check(batcher);
    aheadMs = 30;
    check(batcher);
    expect(sizes()).toEqual([2]);
    check(batcher, 2);
    await pass(10);
    expect(sizes()).toEqual([2]);
    await pass(50);
    expect(sizes()).toEqual([2, 2]);
    await pass(100);
    check(batcher);
    await pass(0);
    expect(sizes()).toEqual([2, 2, 1]);
    now.mockRestore();
  });

  test('wait for the last of several calls in flight', async () => {
    const batcher = batcherOf(true);
    replyMs = 20;
    check(batcher, 2);
    await pass(5);
    check(batcher, 40, () => 'same');
    await pass(34);
    expect(sizes()).toEqual([1, 1]);
    await pass(2);
    expect(sizes()).toEqual([1, 1, 40]);
  });

  test.each([
    ['of one server, at most 64 in each', false, (number: number) => `${number}`, [64, 64, 22]],
    ['of a cluster, one for each slot', true, (number: number) => `${number % 3}`, [50, 50, 50]],
    ['of a cluster, at most 64 of one slot in each', true, () => 'same', [64, 64, 22]],
  ])('travel in several calls: %s', async (_, isCluster, slot, expected) => {
    const keys = check(batcherOf(isCluster), 150, slot);
    await pass(0);
    expect(sizes()).toEqual(expected);
    expect(calls.flatMap((call) => call.keys).sort()).toEqual([...keys].sort());
    expect(outcomes.size).toBe(150);
    const ats = [...outcomes.values()].map((outcome) => ('at' in outcome ? outcome.at : -1));
    expect(Math.max(...ats)).toBe((Math.max(...expected) - 1) * replyBytes);
  });
});

describe('a check without a reply in time', () => {
  test('gets its part of a late reply, if that still arrives', async () => {
    replyMs = 20;
    send = async (command) => {
      void command();
      throw new RedisUnavailableError('no reply');
    };
    const [, second] = check(batcherOf(), 2);
    await pass(0);
    const outcome = outcomes.get(second ?? '');
    if (outcome === undefined || !('late' in outcome)) throw new Error('no late reply');
    await pass(20);
    expect(await outcome.late).toMatchObject({ at: replyBytes });
  });

  test('is not sent again when the server turns out not to have the script', async () => {
    const commands: string[] = [];
    let reply = (_error: Error): void => {};
    const batcher = createCheckBatcher({
      client: {
        isCluster: false,
        callBuffer(command) {
          commands.push(command);
          return new Promise((_resolve, reject) => {
            reply = reject;
          });
        },
      },
      breaker: {
        send: async (command: (isWaiting: () => boolean) => Promise<unknown>) => {
          command(() => false).catch(() => {});
          throw new RedisUnavailableError('no reply');
        },
      } as unknown as CircuitBreaker,
      script: toScript('return 1'),
      nowMs: () => Date.now(),
      onCall: () => {},
      onEnd: () => {},
    });
    const [key = ''] = check(batcher);
    await pass(0);
    const outcome = outcomes.get(key);
    if (outcome === undefined || !('late' in outcome)) throw new Error('no late reply');
    reply(new Error('NOSCRIPT No matching script.'));
    expect(await outcome.late).toBeUndefined();
    expect(commands).toEqual(['EVALSHA']);
  });

  test('has no late reply after an error of the server', async () => {
    send = () => Promise.reject(new Error('OOM'));
    const [key = ''] = check(batcherOf());
    await pass(0);
    expect(outcomes.get(key)).toMatchObject({ error: { message: 'OOM' }, late: undefined });
  });
});
