import { beforeEach, describe, expect, test } from 'vitest';
import type { JobsEvent } from '../events.ts';
import type { MessageRef } from '../outbox/message.ts';
import type { OutboxStore } from '../outbox/outbox-store.ts';
import type { MessageHandler } from './handler.ts';
import { createReconciler } from './reconciler.ts';

const leaseMs = 10_000;
const requeueAfterMs = 30_000;
const batch = 2;

let nowMs: number;
let lost: MessageRef[];
let queries: Parameters<OutboxStore['findLost']>[0][];
let raised: string[];
let late: string[];
let expirations: number;
let resends: string[];
let events: JobsEvent[];
beforeEach(() => {
  nowMs = 1_000_000;
  lost = [];
  queries = [];
  raised = [];
  late = [];
  expirations = 0;
  resends = [];
  events = [];
});

const store = {
  expireLeases: async () => {
    expirations += 1;
    return [];
  },
  resendUnknown: async (kind: string, most: number) => {
    resends.push(`${kind} ${most}`);
    return most;
  },
  findLost: async (query: Parameters<OutboxStore['findLost']>[0]) => {
    queries.push(query);
    return lost.splice(0, query.limit);
  },
  raiseGeneration: async (refs: readonly MessageRef[]) => {
    raised.push(...refs.map(({ id }) => id));
  },
} as unknown as OutboxStore;

const handlerOf = (maxUnknownResends: number): MessageHandler => ({
  retry: { maxAttempts: 3, initialBackoffMs: 1000, maxBackoffMs: 1000, maxUnknownResends },
  send: async () => ({ kind: 'sent' }),
});

const makeReconciler = () =>
  createReconciler({
    store,
    handlers: { never: handlerOf(0), once: handlerOf(1), often: handlerOf(3) },
    clock: { nowMs: () => nowMs },
    leaseMs,
    requeueAfterMs,
    batch,
    onEvent: (event) => events.push(event),
    onLate: async (refs) => {
      late.push(...refs.map(({ id }) => id));
    },
  });

const ids = (count: number) => Array.from({ length: count }, (_, number) => `m${number}`);
const lose = (count: number) => lost.push(...ids(count).map((id) => ({ id, generation: 1 })));

describe('messages that are late', () => {
  test.each([1, 2, 5])('%i of them: all are enqueued again, and all their jobs removed', async (count) => {
    lose(count);
    expect(await makeReconciler().reconcile()).toBe(count);
    expect(raised).toEqual(ids(count));
    expect(late).toEqual(ids(count));
    expect(events).toContainEqual({ event: 're-enqueued', count });
  });

  test('have been due and in the queue for the given time', async () => {
    await makeReconciler().reconcile();
    const beforeMs = nowMs - requeueAfterMs;
    expect(queries).toEqual([{ dueBeforeMs: beforeMs, enqueuedBeforeMs: beforeMs, limit: batch }]);
  });
});

test('a queue that lost its data lost every message in it, and there are no jobs to remove', async () => {
  lose(5);
  const reconciler = makeReconciler();
  reconciler.presumeLost();
  expect(await reconciler.reconcile()).toBe(5);
  expect(raised).toEqual(ids(5));
  expect(late).toEqual([]);
  expect(new Set(queries.map((query) => JSON.stringify(query)))).toEqual(
    new Set([JSON.stringify({ enqueuedBeforeMs: nowMs, limit: batch })]),
  );
});

test('messages with unknown outcome are sent again for each kind that allows it, as often as it allows', async () => {
  await makeReconciler().reconcile();
  expect(resends).toEqual(['once 1', 'often 3']);
  expect(events).toEqual([
    { event: 'resent', kind: 'once', count: 1 },
    { event: 'resent', kind: 'often', count: 3 },
  ]);
});

test('leases expire again half a lease after the last failure of the store', async () => {
  const reconciler = makeReconciler();
  const { findLost } = store;
  store.findLost = () => Promise.reject(new Error('the database is unavailable'));
  try {
    await expect(reconciler.reconcile()).rejects.toThrow('unavailable');
  } finally {
    store.findLost = findLost;
  }
  expirations = 0;
  nowMs += leaseMs / 2 - 1;
  await reconciler.reconcile();
  expect(expirations).toBe(0);
  nowMs += 1;
  await reconciler.reconcile();
  expect(expirations).toBe(1);
});
