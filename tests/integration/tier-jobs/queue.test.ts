import { randomUUID } from 'node:crypto';
import {
  connectQueue,
  type Jobs,
  type JobsEvent,
  type JobsTuning,
  type MessageHandlers,
  type QueueConnections,
  startJobs,
} from '@bookedbarber/redis-tier/jobs';
import { type RedisServerProcess, startRedisServer, until } from '@bookedbarber/redis-tier/testing';
import { Cluster } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { parseRedisUrl } from '../../../packages/redis-tier/src/connection/index.ts';
import { fillNearly } from '../../support/jobs/fill-nearly.ts';
import { openMemoryOutbox, type QuietMemoryOutbox } from '../../support/jobs/package-outboxes.ts';

const tuning: Partial<JobsTuning> = {
  pollIntervalMs: 50,
  reconcileEveryMs: 50,
  queueCheckIntervalMs: 30,
  // Short enough for a test to wait, and long enough for a working server on a busy machine.
  deadlineMs: 1000,
  // Long, so that neither the reconciler nor polling compensates for the queue during a test.
  requeueAfterMs: 600_000,
  overdueMs: 900_000,
};
/** A message due this far ahead does not become due by itself during a test, in ms. */
const farAheadMs = 240_000;

let redis: RedisServerProcess;
let outbox: QuietMemoryOutbox;
let sent: string[];
let events: JobsEvent[];
let prefix: string;
let running: Jobs[];
/** How far the clock of jobs and messages is ahead of the machine's. */
let aheadMs: number;
const clock = { nowMs: () => Date.now() + aheadMs };
/** Holds handlers between the claim and the sending. */
let gate: Promise<void>;

const handlers: MessageHandlers = {
  note: {
    retry: { maxAttempts: 3, initialBackoffMs: 1000, maxBackoffMs: 1500, maxUnknownResends: 0 },
    async send(lease, attempt) {
      await gate;
      await attempt.begin();
      sent.push(lease.id);
      return { kind: 'sent' };
    },
  },
};

function start(more: Partial<JobsTuning> = {}): Jobs {
  const jobs = startJobs({
    store: outbox.store,
    handlers,
    redis: connectQueue(
      { server: parseRedisUrl(redis.url), name: 'tests', commandTimeoutMs: 5000 },
      () => {},
    ),
    prefix,
    clock,
    tuning: { ...tuning, ...more },
    onEvent: (event) => events.push(event),
  });
  running.push(jobs);
  return jobs;
}

/** Starts jobs and waits until the queue is in use: from then on the outbox is not polled for due messages. */
async function startOverQueue(more: Partial<JobsTuning> = {}): Promise<Jobs> {
  const jobs = start(more);
  await until(
    'the queue is in use',
    () => jobs.status().by,
    (by) => by === 'queue',
  );
  return jobs;
}

async function addMany(count: number, dueMs = clock.nowMs(), priority = 0): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, () => outbox.add({ dueMs, priority })));
}

const seen = (event: JobsEvent['event']) => events.filter((one) => one.event === event);
const allSent = (ids: readonly string[]) =>
  until(
    'all messages are sent',
    () => sent.length,
    (count) => count >= ids.length,
  ).then(() => {
    expect([...sent].sort()).toEqual([...ids].sort());
  });
const keys = () => redis.admin.keys(`${prefix}:outbox:*`);
/** Waits until jobs have looked twice for messages to enqueue. They count the enqueued ones each time. */
async function enqueuedAgain(): Promise<void> {
  const counted = vi.spyOn(outbox.store, 'countEnqueued');
  await until('jobs have looked twice', () => counted.mock.calls.length >= 3);
  counted.mockRestore();
}

beforeAll(async () => {
  redis = await startRedisServer(inject('redisBinary'));
});
afterAll(() => redis.close());
beforeEach(() => {
  outbox = openMemoryOutbox();
  sent = [];
  events = [];
  running = [];
  aheadMs = 0;
  gate = Promise.resolve();
  prefix = `{t:${randomUUID()}}`;
});
afterEach(async () => {
  await Promise.all(running.map((jobs) => jobs.stop(1000)));
});

function holdGate(): () => void {
  let open: () => void = () => {};
  gate = new Promise((resolve) => {
    open = resolve;
  });
  return open;
}

describe('the queue', () => {
  test('contains only message ids, delivers each job once, and keeps nothing of finished jobs', async () => {
    const jobs = await startOverQueue();
    const ahead = await outbox.add({ dueMs: clock.nowMs() + farAheadMs });
    jobs.wake();
    await until(
      'the message is enqueued',
      () => outbox.stateOf(ahead),
      (state) => state === 'enqueued',
    );
    const job = await redis.admin.hgetall(`${prefix}:outbox:${ahead}.1`);
    expect(JSON.parse(job['data'] ?? '')).toBe(1);
    expect(JSON.parse(job['opts'] ?? '')).toMatchObject({ attempts: 1 });
    const ids = await addMany(3);
    jobs.wake();
    await allSent(ids);
    await until(
      'the jobs are removed',
      keys,
      (left) => !left.some((key) => ids.some((id) => key.includes(id))),
    );
  });

  test('is in one slot of a cluster', async () => {
    const jobs = await startOverQueue();
    await allSent(await addMany(2).finally(jobs.wake));
    expect(new Set((await keys()).map(hashTagOf)).size).toBe(1);
  });

  test('receives only messages that are due soon', async () => {
    const jobs = await startOverQueue({ aheadMs: 60_000 });
    const far = await outbox.add({ dueMs: clock.nowMs() + 90_000 });
    const near = await outbox.add({ dueMs: clock.nowMs() + 30_000 });
    jobs.wake();
    await until(
      'the near one is enqueued',
      () => outbox.stateOf(near),
      (state) => state === 'enqueued',
    );
    expect(await outbox.stateOf(far)).toBe('pending');
  });

  test('is notified before the store records it: a crash in between neither loses nor duplicates messages', async () => {
    const markEnqueued = outbox.store.markEnqueued;
    let crashes = 2;
    outbox.store.markEnqueued = async (...args) => {
      crashes -= 1;
      if (crashes >= 0) throw new Error('the worker crashed');
      return markEnqueued(...args);
    };
    const jobs = await startOverQueue();
    const ids = await addMany(5);
    jobs.wake();
    await allSent(ids);
  });

  test('contains at most maxEnqueued messages, plus urgent ones, which go first', async () => {
    const open = holdGate();
    const jobs = await startOverQueue({ maxEnqueued: 4, concurrency: 2 });
    const ids = await addMany(20, clock.nowMs(), 1);
    jobs.wake();
    await until(
      'two are in progress',
      () => jobs.status().inProgress,
      (inProgress) => inProgress === 2,
    );
    await until(
      'the queue is full',
      () => outbox.store.countEnqueued(),
      (count) => count === 4,
    );
    await enqueuedAgain();
    expect(await outbox.store.countEnqueued()).toBe(4);
    const urgent = await outbox.add({ dueMs: clock.nowMs() });
    jobs.wake();
    await until(
      'the urgent one is enqueued',
      () => outbox.stateOf(urgent),
      (state) => state === 'enqueued',
    );
    await enqueuedAgain();
    expect(await outbox.store.countEnqueued()).toBe(5);
    open();
    await allSent([...ids, urgent]);
    // Two were in progress, and the urgent one was next.
    expect(sent.indexOf(urgent)).toBeLessThanOrEqual(3);
  });

  test('delivers a job that has lost its payload by its id', async () => {
    const jobs = await startOverQueue();
    const id = await outbox.add({ dueMs: clock.nowMs() + farAheadMs });
    jobs.wake();
    await until(
      'the message is enqueued',
      () => outbox.stateOf(id),
      (state) => state === 'enqueued',
    );
    // Half of the job is lost: its hash is empty, but its id is still waiting.
    const [queue, job] = [`${prefix}:outbox`, `${id}.1`];
    await redis.admin.hdel(`${queue}:${job}`, 'data', 'name', 'opts');
    aheadMs = farAheadMs;
    // As BullMQ does when a delayed job is due.
    await redis.admin
      .multi()
      .zrem(`${queue}:delayed`, job)
      .lpush(`${queue}:wait`, job)
      .zadd(`${queue}:marker`, 0, '0')
      .exec();
    await allSent([id]);
  });

  test('accepts nothing when it is full, and the outbox is polled', async () => {
    const jobs = await startOverQueue();
    await redis.admin.config('SET', 'maxmemory', '1');
    const ahead = await outbox.add({ dueMs: clock.nowMs() + farAheadMs });
    const ids = await addMany(5);
    jobs.wake();
    await allSent(ids);
    expect(jobs.status().by).toBe('outbox');
    // A message that the queue did not accept is not recorded as enqueued.
    expect(await outbox.stateOf(ahead)).toBe('pending');
    await redis.admin.config('SET', 'maxmemory', '0');
    await until(
      'the queue accepts jobs again',
      () => jobs.status().by,
      (by) => by === 'queue',
    );
  });
});

test('polls the outbox while the server of the queue evicts keys when it is full', async () => {
  const jobs = await startOverQueue();
  const before = await outbox.add({ dueMs: clock.nowMs() + farAheadMs });
  jobs.wake();
  await until(
    'the message is enqueued',
    () => outbox.stateOf(before),
    (state) => state === 'enqueued',
  );
  await redis.admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
  await until(
    'the server is unsuitable',
    () => jobs.status().by,
    (by) => by === 'outbox',
  );
  const ahead = await outbox.add({ dueMs: clock.nowMs() + farAheadMs });
  const ids = await addMany(5);
  jobs.wake();
  await allSent(ids);
  expect(await outbox.stateOf(ahead)).toBe('pending');
  await redis.admin.config('SET', 'maxmemory-policy', 'noeviction');
  await until(
    'both are enqueued, the earlier one again',
    () => [outbox.find(ahead), outbox.find(before)].map((row) => `${row?.state} ${row?.generation}`),
    ([first, second]) =>
      first === 'enqueued 1' && second?.startsWith('enqueued') === true && second !== 'enqueued 1',
  );
  expect(seen('queue-unsuitable')).toMatchObject([
    { reason: expect.stringContaining('allkeys-lru') },
    { reason: null },
  ]);
});

test('warns once about a server that is nearly full', async () => {
  const jobs = await startOverQueue();
  await fillNearly(redis);
  await until(
    'the warning is reported',
    () => seen('queue-warning'),
    (warnings) => warnings.length > 0,
  );
  for (let check = 0; check < 3; check += 1) {
    const { server } = jobs.status();
    await until('the server is checked again', () => jobs.status().server !== server);
  }
  await redis.admin.config('SET', 'maxmemory', '0');
  expect(seen('queue-warning')).toMatchObject([{ reason: expect.stringContaining('maxmemory') }]);
});

test('warns about a clock that differs from that of the server', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 7000 });
  try {
    const jobs = await startOverQueue();
    const [warning] = await until(
      'the warning is reported',
      () => seen('queue-warning'),
      (warnings) => warnings.length > 0,
    );
    expect(warning).toMatchObject({ reason: expect.stringContaining('s apart') });
    expect(jobs.status().server?.skewMs).toBeGreaterThan(6000);
  } finally {
    vi.useRealTimers();
  }
});

test('warns about a second problem while the first continues, and repeats neither', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 7000 });
  try {
    await startOverQueue();
    const warned = (count: number) =>
      until(
        `${count} warnings are reported`,
        () => seen('queue-warning'),
        (warnings) => warnings.length >= count,
      );
    await warned(1);
    await fillNearly(redis);
    await warned(2);
    // The numbers in a warning change, and the warning stays the same.
    vi.setSystemTime(Date.now() - 5000);
    await until(
      'the clock was checked again',
      () => running[0]?.status().server?.skewMs ?? 0,
      (skewMs) => skewMs > 11_000,
    );
    expect(seen('queue-warning')).toMatchObject([
      { reason: expect.stringContaining('s apart') },
      { reason: expect.stringContaining('maxmemory') },
    ]);
  } finally {
    await redis.admin.config('SET', 'maxmemory', '0');
    vi.useRealTimers();
  }
});

test('rejects a prefix without a hash tag in a cluster', async () => {
  const cluster = new Cluster([{ host: '127.0.0.1', port: 1 }], { lazyConnect: true });
  const connections = { producer: cluster, worker: cluster } as unknown as QueueConnections;
  expect(() => startJobs({ store: outbox.store, handlers, redis: connections, prefix: 'bb' })).toThrow(
    'hash tag',
  );
});

describe('a message that the queue loses is enqueued again', () => {
  test('when Redis has lost its job: it is found by its state', async () => {
    const jobs = await startOverQueue({ requeueAfterMs: 300 });
    const id = await outbox.add({ dueMs: clock.nowMs() + farAheadMs });
    jobs.wake();
    await until(
      'the message is enqueued',
      () => outbox.stateOf(id),
      (state) => state === 'enqueued',
    );
    await redis.admin.del(`${prefix}:outbox:delayed`, `${prefix}:outbox:${id}.1`);
    aheadMs = farAheadMs + 300;
    await allSent([id]);
    expect(seen('queue-lost')).toEqual([]);
    expect(outbox.find(id)?.generation).toBe(2);
  });

  test('when its job is half lost: the generation is incremented, because BullMQ would ignore the same id', async () => {
    const jobs = await startOverQueue({ requeueAfterMs: 300 });
    const id = await outbox.add({ dueMs: clock.nowMs() + farAheadMs });
    jobs.wake();
    await until(
      'the message is enqueued',
      () => outbox.stateOf(id),
      (state) => state === 'enqueued',
    );
    // The job's hash still exists, so BullMQ treats the id as known.
    await redis.admin.del(`${prefix}:outbox:delayed`);
    aheadMs = farAheadMs + 300;
    await allSent([id]);
  });

  test('immediately after FLUSHALL, even if it was not due yet', async () => {
    const jobs = await startOverQueue();
    const later = await outbox.add({ dueMs: clock.nowMs() + farAheadMs });
    jobs.wake();
    await until(
      'the message is enqueued',
      () => outbox.stateOf(later),
      (state) => state === 'enqueued',
    );
    await until('the canary is set', keys, (all) => all.some((key) => key.endsWith(':canary')));
    await redis.admin.flushall();
    await until(
      'the loss is detected',
      () => seen('queue-lost'),
      (lost) => lost.length > 0,
    );
    await until(
      'the message is enqueued again',
      () => outbox.find(later),
      (row) => row?.generation === 2 && row.state === 'enqueued',
    );
    expect(await redis.admin.exists(`${prefix}:outbox:${later}.2`)).toBe(1);
    const ids = await addMany(5);
    jobs.wake();
    await allSent(ids);
  });

  test('immediately after a change of the replication id, even with the old canary', async () => {
    const jobs = await startOverQueue();
    const later = await outbox.add({ dueMs: clock.nowMs() + farAheadMs });
    jobs.wake();
    await until(
      'the message is enqueued',
      () => outbox.stateOf(later),
      (state) => state === 'enqueued',
    );
    await until('the canary is set', keys, (all) => all.some((key) => key.endsWith(':canary')));
    await redis.admin.del(`${prefix}:outbox:delayed`, `${prefix}:outbox:${later}.1`);
    await redis.admin.replicaof('127.0.0.1', 1);
    await redis.admin.replicaof('NO', 'ONE');
    await until(
      'the message is enqueued again',
      () => outbox.find(later),
      (row) => row?.generation === 2 && row.state === 'enqueued',
    );
    expect(seen('queue-lost')).toMatchObject([{ reason: expect.stringContaining('replication id') }]);
  });

  test('when the server was killed and restarts empty', async () => {
    const jobs = await startOverQueue();
    const before = await outbox.add({ dueMs: clock.nowMs() + farAheadMs });
    jobs.wake();
    await until(
      'the message is enqueued',
      () => outbox.stateOf(before),
      (state) => state === 'enqueued',
    );
    // A missing canary is detected only if it was seen before.
    await until('the canary was seen', () => jobs.status().server !== null);
    await redis.kill();
    await until(
      'the outage is detected',
      () => jobs.status().by,
      (by) => by === 'outbox',
    );
    const during = await addMany(5);
    jobs.wake();
    await allSent(during);
    await redis.start();
    await until(
      'the message is enqueued again',
      () => outbox.find(before)?.generation,
      (number) => number === 2,
    );
    await until(
      'the queue is in use',
      () => jobs.status().by,
      (by) => by === 'queue',
    );
    const after = await addMany(5);
    jobs.wake();
    await allSent([...during, ...after]);
  });
});

describe('a frozen Redis', () => {
  afterEach(() => redis.thaw());

  test('delays nothing: the outbox is polled, and messages still in the queue are not sent again', async () => {
    const jobs = await startOverQueue();
    redis.freeze();
    const ids = await addMany(20);
    jobs.wake();
    await allSent(ids);
    expect(seen('queue-unavailable')).toHaveLength(1);
    redis.thaw();
    await until(
      'the queue is in use',
      () => jobs.status().by,
      (by) => by === 'queue',
    );
    const after = await addMany(5);
    jobs.wake();
    await allSent([...ids, ...after]);
  });

  test('does not prevent sending messages that were enqueued before', async () => {
    const jobs = await startOverQueue();
    const ids = await addMany(5, clock.nowMs() + farAheadMs);
    jobs.wake();
    await until(
      'all are enqueued',
      () => outbox.store.countEnqueued(),
      (count) => count === 5,
    );
    redis.freeze();
    aheadMs = farAheadMs;
    await allSent(ids);
  });

  test('does not hang a worker that is stopping', async () => {
    const open = holdGate();
    const jobs = await startOverQueue();
    const ids = await addMany(3);
    jobs.wake();
    await until(
      'they are in progress',
      () => jobs.status().inProgress,
      (inProgress) => inProgress === 3,
    );
    redis.freeze();
    const stopping = jobs.stop(2000);
    open();
    // Redis stays frozen until the worker has stopped.
    expect(await stopping).toBe(0);
    const states = await Promise.all(ids.map((id) => outbox.stateOf(id)));
    expect(new Set(states)).toEqual(new Set(['pending']));
  });

  test('at the start delays nothing either', async () => {
    redis.freeze();
    const jobs = start();
    const ids = await addMany(3);
    jobs.wake();
    await allSent(ids);
    expect(jobs.status().by).toBe('outbox');
  });
});

test('polls the outbox without Redis', async () => {
  const jobs = startJobs({ store: outbox.store, handlers, redis: null, clock, tuning });
  running.push(jobs);
  const ids = await addMany(20);
  jobs.wake();
  await allSent(ids);
  expect(jobs.status()).toMatchObject({ by: 'outbox' });
});

test('two workers share the messages and send none twice', async () => {
  const open = holdGate();
  const both = await Promise.all([1, 2].map(() => startOverQueue({ concurrency: 1 })));
  const ids = await addMany(200);
  both[0]?.wake();
  await until(
    'each has claimed some',
    () => both.map((jobs) => jobs.status().inProgress),
    (counts) => counts.every((count) => count > 0),
  );
  open();
  await allSent(ids);
  await until('all jobs have run', keys, (left) => !left.some((key) => ids.some((id) => key.includes(id))));
  expect(sent).toHaveLength(200);
});

test('sends overdue messages of a stalled queue by polling', async () => {
  const jobs = await startOverQueue({ overdueMs: 500, requeueAfterMs: 400 });
  await redis.admin.hset(`${prefix}:outbox:meta`, 'paused', 1);
  const ids = await addMany(3);
  jobs.wake();
  await allSent(ids);
});

/** The text between the first braces of a key determines its slot, if there is any. */
function hashTagOf(key: string): string {
  return /\{([^}]+)\}/.exec(key)?.[1] ?? key;
}

test('uses a Redis that becomes available after the worker, as soon as it is available', async () => {
  await redis.kill();
  const jobs = start();
  const before = await addMany(3);
  jobs.wake();
  await allSent(before);
  await redis.start();
  await until(
    'the queue is in use',
    () => jobs.status().by,
    (by) => by === 'queue',
  );
  const later = await outbox.add({ dueMs: clock.nowMs() + 500 });
  jobs.wake();
  await allSent([...before, later]);
});

test.each([
  {
    what: 'is no longer a primary',
    overdueMs: 60_000,
    refuse: () => redis.admin.replicaof('127.0.0.1', 1),
    relent: () => redis.admin.replicaof('NO', 'ONE'),
  },
  {
    // Nothing reports this, so messages have to be overdue first.
    what: 'refuses the commands of the queue',
    overdueMs: 500,
    refuse: () => redis.admin.acl('SETUSER', 'default', '-evalsha'),
    relent: () => redis.admin.acl('SETUSER', 'default', '+evalsha'),
  },
])('a server that $what receives few commands, and no message waits for it', async (server) => {
  const open = holdGate();
  const jobs = await startOverQueue({ concurrency: 1, overdueMs: server.overdueMs });
  const ids = await addMany(5);
  jobs.wake();
  await until(
    'the queue is full',
    () => outbox.store.countEnqueued(),
    (count) => count === 4,
  );
  await server.refuse();
  await redis.admin.config('RESETSTAT');
  const begun = performance.now();
  open();
  await allSent(ids);
  await until(
    'a second has passed',
    () => performance.now() - begun,
    (ms) => ms > 1000,
  );
  const [, calls = '0', rejected = '0'] =
    /cmdstat_evalsha:calls=(\d+).*rejected_calls=(\d+)/.exec(await redis.admin.info('commandstats')) ?? [];
  expect(Number(calls) + Number(rejected)).toBeLessThan(50);
  await server.relent();
  await until(
    'the queue is in use',
    () => jobs.status().by,
    (by) => by === 'queue',
  );
  const later = await outbox.add({ dueMs: clock.nowMs() + 500 });
  jobs.wake();
  await allSent([...ids, later]);
});
