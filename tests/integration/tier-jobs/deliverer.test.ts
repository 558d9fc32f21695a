import type { Attempt, JobsEvent, MessageHandler, Outcome } from '@bookedbarber/redis-tier/jobs';
import { until } from '@bookedbarber/redis-tier/testing';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createDeliverer, type Deliverer } from '../../../packages/redis-tier/src/jobs/delivery/deliverer.ts';
import { createReconciler } from '../../../packages/redis-tier/src/jobs/delivery/reconciler.ts';
import { openMemoryOutbox, type QuietMemoryOutbox } from '../../support/jobs/package-outboxes.ts';

const start = Date.parse('2026-11-23T12:00:00Z');
const leaseMs = 60_000;

let nowMs: number;
let outbox: QuietMemoryOutbox;
let events: JobsEvent[];
let deliverer: Deliverer;
let send: MessageHandler['send'];

function makeDeliverer(): Deliverer {
  return createDeliverer({
    store: outbox.store,
    handlers: {
      note: {
        retry: { maxAttempts: 3, initialBackoffMs: 1000, maxBackoffMs: 1500, maxUnknownResends: 0 },
        send: (lease, attempt) => send(lease, attempt),
      },
    },
    clock: { nowMs: () => nowMs },
    leaseMs,
    completeRetryMs: 1,
    onEvent: (event) => events.push(event),
    random: () => 0,
  });
}

beforeEach(() => {
  nowMs = start;
  outbox = openMemoryOutbox();
  events = [];
  send = async () => ({ kind: 'sent' });
  deliverer = makeDeliverer();
});

/** A handler that waits until the test finishes it. */
function heldHandler() {
  const attempts: Attempt[] = [];
  let finish: (outcome: Outcome) => void = () => {};
  const outcome = new Promise<Outcome>((resolve) => {
    finish = resolve;
  });
  const handler: MessageHandler['send'] = async (_lease, attempt) => {
    attempts.push(attempt);
    const aborted = new Promise<never>((_, reject) => {
      attempt.signal.addEventListener('abort', () => reject(attempt.signal.reason), { once: true });
    });
    return Promise.race([outcome, aborted]);
  };
  return { handler, attempts, finish: (result: Outcome) => finish(result) };
}

describe('a message', () => {
  test('is sent once, however often a job names it', async () => {
    const sends = vi.fn(async (): Promise<Outcome> => ({ kind: 'sent' }));
    send = sends;
    const id = await outbox.add({ dueMs: nowMs });
    await Promise.all(Array.from({ length: 5 }, () => deliverer.deliver({ id, generation: 1 })));
    expect(sends).toHaveBeenCalledTimes(1);
    expect(await outbox.stateOf(id)).toBe('sent');
  });

  test('that fails is retried with growing pauses and is finally dead, with its reason', async () => {
    send = async () => ({ kind: 'not-sent', reason: 'the server is busy' });
    const id = await outbox.add({ dueMs: nowMs });
    const pauses: number[] = [];
    for (let generation = 1; generation <= 3; generation += 1) {
      nowMs = outbox.find(id)?.dueMs ?? 0;
      await deliverer.deliver({ id, generation });
      pauses.push((outbox.find(id)?.dueMs ?? 0) - nowMs);
    }
    // Half of the doubled and bounded pause, since `random` gives 0.
    expect(pauses).toEqual([500, 750, 0]);
    expect(outbox.find(id)).toMatchObject({ state: 'dead', attempts: 3, reason: 'the server is busy' });
  });

  test('that was refused is not retried', async () => {
    send = async () => ({ kind: 'refused', reason: 'no such mailbox' });
    const id = await outbox.add({ dueMs: nowMs });
    await deliverer.deliver({ id, generation: 1 });
    expect(outbox.find(id)).toMatchObject({ state: 'failed', reason: 'no such mailbox' });
  });

  test('whose handler fails before it began is retried; if it fails afterwards, the outcome is unknown', async () => {
    const before = await outbox.add({ dueMs: nowMs });
    send = async () => {
      throw new Error('no route');
    };
    await deliverer.deliver({ id: before, generation: 1 });
    expect(await outbox.stateOf(before)).toBe('pending');

    const after = await outbox.add({ dueMs: nowMs });
    send = async (_lease, attempt) => {
      await attempt.begin();
      throw new Error('cut');
    };
    await deliverer.deliver({ id: after, generation: 1 });
    expect(outbox.find(after)).toMatchObject({ state: 'unknown', unknownOutcomes: 1, reason: 'Error: cut' });
  });

  test('that was sent is recorded even after the store was unavailable', async () => {
    const complete = outbox.store.complete;
    let failures = 3;
    outbox.store.complete = async (...args) => {
      failures -= 1;
      if (failures >= 0) throw new Error('the database is unavailable');
      return complete(...args);
    };
    const id = await outbox.add({ dueMs: nowMs });
    await deliverer.deliver({ id, generation: 1 });
    expect(deliverer.inProgress).toBe(1);
    await until(
      'the outcome is recorded',
      () => outbox.stateOf(id),
      (state) => state === 'sent',
    );
  });
});

describe('a lease', () => {
  test('that is half over is renewed before anything is sent', async () => {
    const id = await outbox.add({ dueMs: nowMs });
    send = async (_lease, attempt) => {
      nowMs += leaseMs * 0.6;
      await attempt.begin();
      return { kind: 'sent' };
    };
    const renew = vi.spyOn(outbox.store, 'renew');
    await deliverer.deliver({ id, generation: 1 });
    expect(renew).toHaveBeenCalledTimes(1);
    expect(await outbox.stateOf(id)).toBe('sent');
  });

  test('that is lost sends nothing: a worker that was frozen notices before it sends', async () => {
    const id = await outbox.add({ dueMs: nowMs });
    const sent = vi.fn();
    send = async (_lease, attempt) => {
      nowMs += leaseMs + 1;
      await outbox.store.expireLeases(nowMs);
      await attempt.begin();
      sent();
      return { kind: 'sent' };
    };
    await deliverer.deliver({ id, generation: 1 });
    expect(sent).not.toHaveBeenCalled();
    expect(await outbox.stateOf(id)).toBe('unknown');
    expect(events).toContainEqual({ event: 'lease-lost', id, kind: 'note' });
  });
});

describe('a worker that is stopping', () => {
  test('immediately returns messages that it has not begun, and another worker sends them', async () => {
    const { handler, attempts } = heldHandler();
    send = handler;
    const id = await outbox.add({ dueMs: nowMs });
    const delivering = deliverer.deliver({ id, generation: 1 });
    await until(
      'the message is claimed',
      () => attempts.length,
      (count) => count === 1,
    );
    // The handler never finishes, so a graceful stop would wait for the whole time.
    const begunMs = performance.now();
    expect(await deliverer.stop(120_000)).toBe(0);
    expect(performance.now() - begunMs).toBeLessThan(60_000);
    await delivering;
    expect(outbox.find(id)).toMatchObject({ state: 'pending', generation: 2, attempts: 0 });
    send = async () => ({ kind: 'sent' });
    await makeDeliverer().deliver({ id, generation: 2 });
    expect(await outbox.stateOf(id)).toBe('sent');
  });

  test('finishes messages that it has begun', async () => {
    const { handler, attempts, finish } = heldHandler();
    send = async (lease, attempt) => {
      await attempt.begin();
      return handler(lease, attempt);
    };
    const id = await outbox.add({ dueMs: nowMs });
    void deliverer.deliver({ id, generation: 1 });
    await until(
      'the message is claimed',
      () => attempts.length,
      (count) => count === 1,
    );
    const stopping = deliverer.stop(10_000);
    finish({ kind: 'sent' });
    expect(await stopping).toBe(0);
    expect(await outbox.stateOf(id)).toBe('sent');
  });

  test('aborts a message that does not finish in time, whose outcome is then unknown', async () => {
    const { handler, attempts } = heldHandler();
    send = async (lease, attempt) => {
      await attempt.begin();
      return handler(lease, attempt);
    };
    const id = await outbox.add({ dueMs: nowMs });
    void deliverer.deliver({ id, generation: 1 });
    await until(
      'the message is claimed',
      () => attempts.length,
      (count) => count === 1,
    );
    expect(await deliverer.stop(50)).toBe(0);
    expect(await outbox.stateOf(id)).toBe('unknown');
  });

  test('returns messages that the queue still delivers', async () => {
    const id = await outbox.add({ dueMs: nowMs });
    await outbox.store.markEnqueued([{ id, generation: 1 }], nowMs);
    await deliverer.stop(0);
    await deliverer.deliver({ id, generation: 1 });
    expect(outbox.find(id)).toMatchObject({ state: 'pending', generation: 2 });
  });

  test('returns a message whose claim was in flight', async () => {
    const claim = outbox.store.claim;
    let reply: () => void = () => {};
    const replied = new Promise<void>((resolve) => {
      reply = resolve;
    });
    outbox.store.claim = async (...args) => {
      await replied;
      return claim(...args);
    };
    send = async (_lease, attempt) => {
      await attempt.begin();
      return { kind: 'sent' };
    };
    const id = await outbox.add({ dueMs: nowMs });
    void deliverer.deliver({ id, generation: 1 });
    const stopping = deliverer.stop(10_000);
    reply();
    expect(await stopping).toBe(0);
    expect(outbox.find(id)).toMatchObject({ state: 'pending', generation: 2 });
  });
});

describe('the reconciler', () => {
  const lateMs = 30_000;
  const makeReconciler = () =>
    createReconciler({
      store: outbox.store,
      handlers: {
        note: {
          retry: { maxAttempts: 3, initialBackoffMs: 1000, maxBackoffMs: 1500, maxUnknownResends: 1 },
          send,
        },
      },
      clock: { nowMs: () => nowMs },
      leaseMs,
      requeueAfterMs: lateMs,
      batch: 2,
      onEvent: (event) => events.push(event),
      onLate: async () => {},
    });

  test('enqueues late messages again, in whatever order they were written', async () => {
    const late: string[] = [];
    for (let number = 0; number < 5; number += 1) late.push(await outbox.add({ dueMs: nowMs - number }));
    const ahead = await outbox.add({ dueMs: nowMs + 2 * lateMs });
    const refs = [...late, ahead].map((id) => ({ id, generation: 1 }));
    await outbox.store.markEnqueued(refs, nowMs);
    const reconciler = makeReconciler();
    expect(await reconciler.reconcile()).toBe(0);
    nowMs += lateMs;
    // Committed late, with an older time than messages that the scan has already passed.
    const straggler = await outbox.add({ dueMs: nowMs - 10 * lateMs });
    await outbox.store.markEnqueued([{ id: straggler, generation: 1 }], nowMs - lateMs);
    expect(await reconciler.reconcile()).toBe(6);
    for (const id of [...late, straggler]) {
      expect(outbox.find(id)).toMatchObject({ state: 'pending', generation: 2 });
    }
    expect(await outbox.stateOf(ahead)).toBe('enqueued');
    expect(await reconciler.reconcile()).toBe(0);
  });

  test('treats all enqueued messages as lost after a loss, even those that are not due', async () => {
    const ahead = await outbox.add({ dueMs: nowMs + 2 * lateMs });
    await outbox.store.markEnqueued([{ id: ahead, generation: 1 }], nowMs);
    const reconciler = makeReconciler();
    reconciler.presumeLost();
    expect(await reconciler.reconcile()).toBe(1);
    await outbox.store.markEnqueued([{ id: ahead, generation: 2 }], nowMs);
    expect(await reconciler.reconcile()).toBe(0);
  });

  test('remembers a loss that it could not handle', async () => {
    const id = await outbox.add({ dueMs: nowMs });
    await outbox.store.markEnqueued([{ id, generation: 1 }], nowMs);
    const reconciler = makeReconciler();
    reconciler.presumeLost();
    vi.spyOn(outbox.store, 'findLost').mockRejectedValueOnce(new Error('the database is unavailable'));
    await expect(reconciler.reconcile()).rejects.toThrow('unavailable');
    expect(await reconciler.reconcile()).toBe(1);
  });

  test('does not expire leases that could not be renewed because the store was unavailable', async () => {
    const id = await outbox.add({ dueMs: nowMs });
    const reconciler = makeReconciler();
    const lease = await outbox.store.claim({ id, generation: 1 }, { token: 't', nowMs, untilMs: nowMs + 1 });
    vi.spyOn(outbox.store, 'expireLeases').mockRejectedValueOnce(new Error('the database is unavailable'));
    nowMs += 2;
    await expect(reconciler.reconcile()).rejects.toThrow('unavailable');
    await reconciler.reconcile();
    expect(await outbox.stateOf(id)).toBe('sending');
    // The worker is alive, and renews its lease now that it can.
    expect(lease && (await outbox.store.renew(lease, nowMs + leaseMs))).toBe(true);
    nowMs += leaseMs / 2;
    await reconciler.reconcile();
    expect(await outbox.stateOf(id)).toBe('sending');
    // A worker that does not renew its lease loses it afterwards.
    nowMs += leaseMs;
    await reconciler.reconcile();
    expect(await outbox.stateOf(id)).not.toBe('sending');
  });

  test('counts leases that expired without an outcome, and resends their messages as often as the kind allows', async () => {
    const id = await outbox.add({ dueMs: nowMs });
    const reconciler = makeReconciler();
    for (const generation of [1, 2]) {
      await outbox.store.claim({ id, generation }, { token: `t${generation}`, nowMs, untilMs: nowMs + 1 });
      nowMs += 2;
      await reconciler.reconcile();
    }
    expect(outbox.find(id)).toMatchObject({ state: 'unknown', unknownOutcomes: 2, generation: 2 });
    expect(events).toEqual([
      { event: 'unknown', ids: [id] },
      { event: 'resent', kind: 'note', count: 1 },
      { event: 'unknown', ids: [id] },
    ]);
  });
});
