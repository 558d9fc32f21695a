import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { JobsEvent } from '../events.ts';
import type { MessageLease, MessageRef } from '../outbox/message.ts';
import type { Completion, OutboxStore } from '../outbox/outbox-store.ts';
import { createDeliverer, type Deliverer } from './deliverer.ts';
import type { MessageHandler } from './handler.ts';

const leaseMs = 9000;

let send: MessageHandler['send'];
/** Records an outcome; false: another worker holds the lease. */
let complete: (id: string, completion: Completion) => Promise<boolean>;
let completions: [id: string, completion: Completion][];
let claims: { token: string; nowMs: number; untilMs: number }[];
let renewals: number;
let events: JobsEvent[];
let deliverer: Deliverer;
beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  send = async () => ({ kind: 'sent' });
  complete = async () => true;
  [completions, claims, events] = [[], [], []];
  renewals = 0;
  const leaseOf = (
    { id, generation }: MessageRef,
    claim: { token: string; untilMs: number },
  ): MessageLease => {
    return { id, generation, kind: 'note', token: claim.token, untilMs: claim.untilMs, attempts: 1 };
  };
  deliverer = createDeliverer({
    store: {
      claim: async (ref: MessageRef, claim: { token: string; nowMs: number; untilMs: number }) => {
        claims.push(claim);
        return leaseOf(ref, claim);
      },
      complete: async ({ id }: MessageLease, completion: Completion) => {
        completions.push([id, completion]);
        return complete(id, completion);
      },
      renew: async () => {
        renewals += 1;
        return true;
      },
    } as unknown as OutboxStore,
    handlers: {
      note: {
        retry: { maxAttempts: 3, initialBackoffMs: 1000, maxBackoffMs: 1500, maxUnknownResends: 0 },
        send: (lease, attempt) => send(lease, attempt),
      },
    },
    clock: { nowMs: () => Date.now() },
    leaseMs,
    completeRetryMs: 100,
    onEvent: (event) => events.push(event),
    random: () => 0,
  });
});
afterEach(() => vi.useRealTimers());

const deliver = (id: string) => deliverer.deliver({ id, generation: 1 });
const unavailable = () => Promise.reject(new Error('the database is unavailable'));

test('each claim has its own token and the duration of a lease', async () => {
  await deliver('a');
  await deliver('b');
  expect(claims).toMatchObject(Array(2).fill({ nowMs: 1_000_000, untilMs: 1_000_000 + leaseMs }));
  expect(claims[0]?.token).not.toBe(claims[1]?.token);
});

test.each<[Awaited<ReturnType<MessageHandler['send']>>, Completion]>([
  [{ kind: 'sent' }, { state: 'sent' }],
  [
    { kind: 'skipped', reason: 'r' },
    { state: 'skipped', reason: 'r' },
  ],
  [
    { kind: 'postponed', dueMs: 7, reason: 'r' },
    { state: 'postponed', dueMs: 7, reason: 'r' },
  ],
  [
    { kind: 'refused', reason: 'r' },
    { state: 'failed', reason: 'r' },
  ],
  [
    { kind: 'unknown', reason: 'r' },
    { state: 'unknown', reason: 'r' },
  ],
  [
    { kind: 'not-sent', reason: 'r' },
    { state: 'retry', dueMs: 1_000_500, reason: 'r' },
  ],
])('the outcome %j is recorded as %j', async (outcome, completion) => {
  send = async () => outcome;
  await deliver('a');
  expect(completions).toEqual([['a', completion]]);
  expect(events).toMatchObject([{ event: 'completed', id: 'a', completion }]);
});

test.each([undefined, { kind: 'delivered' }, { kind: 'postponed', dueMs: Number.NaN, reason: 'r' }])(
  'a handler that returns %j ends its claim as unknown, which is reported, and is not renewed',
  async (returned) => {
    send = async () => returned as never;
    await deliver('a');
    await vi.advanceTimersByTimeAsync(10 * leaseMs);
    expect(completions).toMatchObject([['a', { state: 'unknown' }]]);
    expect(events.map(({ event }) => event)).toEqual(['invalid-outcome', 'completed']);
    expect([renewals, deliverer.inProgress]).toEqual([0, 0]);
  },
);

describe('while the store is unavailable', () => {
  test('the outcome is recorded again after each pause, and the lease is renewed until it is', async () => {
    complete = unavailable;
    await deliver('a');
    await vi.advanceTimersByTimeAsync(leaseMs - 1);
    expect(completions).toHaveLength(90);
    expect(renewals).toBe(2);
    complete = async () => true;
    await vi.advanceTimersByTimeAsync(100);
    expect(deliverer.inProgress).toBe(0);
    await vi.advanceTimersByTimeAsync(10 * leaseMs);
    expect(completions).toHaveLength(91);
    expect(renewals).toBe(3);
  });

  test('a worker that has sent two hundred messages waits until the outcome of the next is recorded', async () => {
    complete = unavailable;
    for (let number = 0; number < 200; number += 1) await deliver(`${number}`);
    let isDone = false;
    const last = deliver('200').then(() => {
      isDone = true;
    });
    await vi.advanceTimersByTimeAsync(1000);
    expect(isDone).toBe(false);
    expect(deliverer.inProgress).toBe(201);
    complete = async () => true;
    await vi.advanceTimersByTimeAsync(100);
    await last;
    expect(deliverer.inProgress).toBe(0);
  });

  test('a worker that stops waits for it, then once more for a second at most, and counts what is left', async () => {
    complete = (id) => (id === 'c' ? Promise.resolve(true) : unavailable());
    for (const id of ['a', 'b', 'c']) await deliver(id);
    let left: number | undefined;
    const stopping = deliverer.stop(5000).then((count) => {
      left = count;
    });
    await vi.advanceTimersByTimeAsync(4999);
    expect(left).toBeUndefined();
    await vi.advanceTimersByTimeAsync(101);
    await stopping;
    // They gave up, so nothing is in progress any more.
    expect(left).toBe(0);
    const tries = completions.length;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(completions).toHaveLength(tries);
  });
});

test('a handler that ignores the end of a stopping worker is left, and counted, a second after the time', async () => {
  send = async (_, attempt) => {
    await attempt.begin();
    return new Promise(() => {});
  };
  for (const id of ['a', 'b']) void deliver(id);
  await vi.advanceTimersByTimeAsync(0);
  let left: number | undefined;
  void deliverer.stop(5000).then((count) => {
    left = count;
  });
  await vi.advanceTimersByTimeAsync(5999);
  expect(left).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(left).toBe(2);
});
