import { beforeEach, describe, expect, test } from 'vitest';
import { RedisUnavailableError } from '../../core/index.ts';
import type { DueMessage } from '../outbox/message.ts';
import { type EnqueueOptions, enqueueDue } from './enqueue.ts';

const nowMs = 1_000_000;
const aheadMs = 300_000;

/** Messages that wait in the store, and those in the queue. */
let waiting: DueMessage[];
let enqueued: DueMessage[];
let notify: (messages: readonly DueMessage[]) => void;
let isAvailable: boolean;
beforeEach(() => {
  waiting = [];
  enqueued = [];
  isAvailable = true;
  notify = () => {};
});

const add = (count: number, priority = 1, dueMs = nowMs) => {
  for (let number = 0; number < count; number += 1)
    waiting.push({ id: `${waiting.length + enqueued.length}`, generation: 1, dueMs, priority });
};

const run = (limits: Pick<EnqueueOptions, 'batch' | 'maxEnqueued'>) =>
  enqueueDue({
    ...limits,
    aheadMs,
    clock: { nowMs: () => nowMs },
    store: {
      countEnqueued: async () => enqueued.length,
      findDue: async ({
        dueBeforeMs,
        limit,
        urgentOnly,
      }: Parameters<EnqueueOptions['store']['findDue']>[0]) =>
        waiting
          .filter(({ dueMs, priority }) => dueMs <= dueBeforeMs && (urgentOnly !== true || priority === 0))
          .slice(0, limit),
      markEnqueued: async (messages: readonly DueMessage[]) => {
        waiting = waiting.filter((message) => !messages.includes(message));
        enqueued.push(...messages);
      },
    } as unknown as EnqueueOptions['store'],
    wakeUpQueue: {
      get available() {
        return isAvailable;
      },
      notify: async (messages: readonly DueMessage[]) => notify(messages),
    } as unknown as EnqueueOptions['wakeUpQueue'],
  })();

describe('enqueueing', () => {
  test('continues in steps until nothing is due, and leaves what is due later', async () => {
    const steps: number[] = [];
    notify = ({ length }) => steps.push(length);
    add(25, 1, nowMs + aheadMs);
    add(1, 1, nowMs + aheadMs + 1);
    await run({ batch: 10, maxEnqueued: 100 });
    expect(steps).toEqual([10, 10, 5]);
    expect(waiting).toHaveLength(1);
  });

  test('fills the queue up to its maximum, by full steps', async () => {
    add(100);
    await run({ batch: 10, maxEnqueued: 35 });
    expect(enqueued).toHaveLength(30);
    // A worker has sent some.
    enqueued.splice(0, 4);
    await run({ batch: 10, maxEnqueued: 35 });
    expect(enqueued).toHaveLength(26);
    enqueued.splice(0, 1);
    await run({ batch: 10, maxEnqueued: 35 });
    expect(enqueued).toHaveLength(35);
  });

  test('counts again what is in the queue before it treats it as full', async () => {
    add(40);
    // The first step is sent while the second is enqueued.
    let steps = 0;
    notify = () => {
      steps += 1;
      if (steps === 2) enqueued.splice(0, 10);
    };
    await run({ batch: 10, maxEnqueued: 20 });
    expect(steps).toBe(3);
    expect(enqueued).toHaveLength(20);
  });

  test('adds urgent messages to a full queue, up to a quarter more than its maximum', async () => {
    add(40);
    await run({ batch: 10, maxEnqueued: 40 });
    add(8, 0);
    await run({ batch: 10, maxEnqueued: 40 });
    expect(enqueued).toHaveLength(48);
    add(8, 0);
    add(8);
    await run({ batch: 10, maxEnqueued: 40 });
    expect(enqueued).toHaveLength(50);
    expect(enqueued.slice(40).every(({ priority }) => priority === 0)).toBe(true);
    await run({ batch: 10, maxEnqueued: 40 });
    expect(enqueued).toHaveLength(50);
  });

  test('records nothing that the queue did not accept', async () => {
    add(5);
    notify = () => {
      throw new RedisUnavailableError('cut');
    };
    await run({ batch: 10, maxEnqueued: 100 });
    notify = () => {
      throw new Error('OOM');
    };
    await expect(run({ batch: 10, maxEnqueued: 100 })).rejects.toThrow('OOM');
    expect(waiting).toHaveLength(5);
  });

  test('asks for nothing while the queue is unavailable, and stops when it becomes so', async () => {
    add(30);
    isAvailable = false;
    await run({ batch: 10, maxEnqueued: 100 });
    expect(enqueued).toEqual([]);
    isAvailable = true;
    notify = () => {
      isAvailable = false;
    };
    await run({ batch: 10, maxEnqueued: 100 });
    expect(enqueued).toHaveLength(10);
  });
});
