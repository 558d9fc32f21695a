import { startJobs } from '@bookedbarber/redis-tier/jobs';
import { createMemoryOutbox } from '@bookedbarber/redis-tier/memory-outbox';
import { until } from '@bookedbarber/redis-tier/testing';
import { expect, test } from 'vitest';

const retry = { maxAttempts: 1, initialBackoffMs: 1, maxBackoffMs: 1, maxUnknownResends: 0 };

test('jobs send a message at once, with its payload, without PostgreSQL and without Redis', async () => {
  const outbox = createMemoryOutbox<{ welcome: { address: string } }>();
  const sent: string[] = [];
  await using _jobs = startJobs({
    store: outbox,
    redis: null,
    // The outbox reports the message; nothing polls in time.
    tuning: { pollIntervalMs: 86_400_000 },
    handlers: {
      welcome: {
        retry,
        async send({ payload }, attempt) {
          await attempt.begin();
          sent.push(payload.address);
          return { kind: 'sent' };
        },
      },
    },
  });
  const { id } = await outbox.enqueue(null, { kind: 'welcome', payload: { address: 'guest@example.com' } });
  await until('it is sent', () => outbox.find(id)?.state === 'sent');
  expect(sent).toEqual(['guest@example.com']);
});

test('a second message with the same key is not written until the first is cancelled', async () => {
  const outbox = createMemoryOutbox();
  const keyed = { kind: 'note', payload: null, key: 'k' };
  const first = await outbox.enqueue(null, keyed);
  expect(await outbox.enqueue(null, keyed)).toEqual({ id: first.id, isNew: false });
  expect((await outbox.enqueue(null, { ...keyed, tenant: 'other' })).isNew).toBe(true);
  expect(await outbox.cancel(null, { kind: 'note', key: 'k' })).toEqual({
    id: first.id,
    state: 'cancelled',
    mayHaveBeenSent: false,
  });
  expect((await outbox.enqueue(null, keyed)).isNew).toBe(true);
});

test('a payload is a copy: a later change of the object does not reach the handler', async () => {
  const outbox = createMemoryOutbox();
  const payload = { total: 1 };
  await outbox.enqueue(null, { kind: 'note', payload, dueMs: 0 });
  payload.total = 2;
  const claimed = await outbox.claimNext({ token: 't', nowMs: 0, dueBeforeMs: 0, untilMs: 1 });
  expect(claimed?.payload).toEqual({ total: 1 });
});

test('above its limit it drops finished messages, and accepts no more when all are unfinished', async () => {
  const outbox = createMemoryOutbox({ maxMessages: 2 });
  const add = () => outbox.enqueue(null, { kind: 'note', payload: null });
  const first = await add();
  await add();
  await expect(add()).rejects.toThrow('holds 2 unfinished messages');
  await outbox.cancel(null, { id: first.id });
  const third = await add();
  expect(outbox.find(first.id)).toBeUndefined();
  expect(outbox.find(third.id)?.state).toBe('pending');
});
