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
import { serverOf } from '../../../packages/redis-tier/src/connection/index.ts';
import { fillNearly } from '../../support/jobs/fill-nearly.ts';
import { type MemoryOutbox, openMemoryOutbox } from '../../support/jobs/memory-outbox.ts';

const tuning: Partial<JobsTuning> = {
  pollIntervalMs: 50,
  reconcileEveryMs: 50,
  queueCheckIntervalMs: 30,
  // Short enough to be waited for, and long enough for a server that works on a busy machine.
  deadlineMs: 1000,
  // What the queue does not do is not made up for behind the back of a test.
  requeueAfterMs: 600_000,
  overdueMs: 900_000,
};
/** What is due so far ahead does not become due by itself during a test, in ms. */
const farAheadMs = 240_000;

let redis: RedisServerProcess;
let outbox: MemoryOutbox;
let sent: string[];
let events: JobsEvent[];
let prefix: string;
let running: Jobs[];
/** The clock of jobs and messages goes ahead of the machine's by so much. */
let aheadMs: number;
const clock = { nowMs: () => Date.now() + aheadMs };
/** What stands between a claim and the sending. */
let gate: Promise<void>;

const handlers: MessageHandlers = {
  note: {
    retry: { maxAttempts: 3, initialBackoffMs: 1000, maxBackoffMs: 1500, maxUnknownResends: 0 },
    async send(claim, attempt) {
      await gate;
      await attempt.begin();
      sent.push(claim.id);
      return { kind: 'sent' };
    },
  },
};

function start(more: Partial<JobsTuning> = {}): Jobs {
  const jobs = startJobs({
    store: outbox.store,
    handlers,
    redis: connectQueue({ server: serverOf(redis.url), name: 'tests', commandTimeoutMs: 5000 }, () => {}),
    prefix,
    clock,
    tuning: { ...tuning, ...more },
    onEvent: (event) => events.push(event),
  });
  running.push(jobs);
  return jobs;
}

/** Started, and with the queue in use: from now on the outbox is not drained. */
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
    'all is sent',
    () => sent.length,
    (count) => count >= ids.length,
  ).then(() => {
    expect([...sent].sort()).toEqual([...ids].sort());
  });
const keys = () => redis.admin.keys(`${prefix}:outbox:*`);

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
  test('holds names and nothing else, is asked once, and keeps nothing of what was done', async () => {
    const jobs = await startOverQueue();
    const ahead = await outbox.add({ dueMs: clock.nowMs() + farAheadMs });
    jobs.wake();
    await until(
      'it is enqueued',
      () => outbox.stateOf(ahead),
      (state) => state === 'enqueued',
    );
    const job = await redis.admin.hgetall(`${prefix}:outbox:${ahead}.1`);
    expect(JSON.parse(job['data'] ?? '')).toBe(1);
    expect(JSON.parse(job['opts'] ?? '')).toMatchObject({ attempts: 1 });
    const ids = await addMany(3);
    jobs.wake();
    await allSent(ids);
    await until('jobs are gone', keys, (left) => !left.some((key) => ids.some((id) => key.includes(id))));
  });

  test('lies in one slot of a cluster', async () => {
    const jobs = await startOverQueue();
    await allSent(await addMany(2).finally(jobs.wake));
    expect(new Set((await keys()).map(hashTagOf)).size).toBe(1);
  });

  test('is told only of what is due soon', async () => {
    const jobs = await startOverQueue({ aheadMs: 60_000 });
    const far = await outbox.add({ dueMs: clock.nowMs() + 90_000 });
    const near = await outbox.add({ dueMs: clock.nowMs() + 30_000 });
    jobs.wake();
    await until(
      'the near one is handed',
      () => outbox.stateOf(near),
      (state) => state === 'enqueued',
    );
    expect(await outbox.stateOf(far)).toBe('pending');
  });

  test('is told first and noted afterwards: a crash between the two loses nothing and doubles nothing', async () => {
    const markEnqueued = outbox.store.markEnqueued;
    let crashes = 2;
    outbox.store.markEnqueued = async (...args) => {
      crashes -= 1;
      if (crashes >= 0) throw new Error('the worker is gone');
      return markEnqueued(...args);
    };
    const jobs = await startOverQueue();
    const ids = await addMany(5);
    jobs.wake();
    await allSent(ids);
  });

  test('has no more at one time than it is allowed, and room for the urgent, which go first', async () => {
    const open = holdGate();
    const jobs = await startOverQueue({ maxEnqueued: 4, concurrency: 2 });
    const ids = await addMany(20, clock.nowMs(), 1);
    jobs.wake();
    await until(
      'two are in work',
      () => jobs.status().inProgress,
      (inProgress) => inProgress === 2,
    );
    await until(
      'as many wait as may',
      () => outbox.store.countEnqueued(),
      (count) => count === 4,
    );
    const urgent = await outbox.add({ dueMs: clock.nowMs() });
    jobs.wake();
    await until(
      'the urgent one is with the queue',
      () => outbox.stateOf(urgent),
      (state) => state === 'enqueued',
    );
    open();
    await allSent([...ids, urgent]);
    // Two were in work, and it was the next.
    expect(sent.indexOf(urgent)).toBeLessThanOrEqual(3);
  });

  test('that rings for something else than its payload says is believed by its id alone', async () => {
    const jobs = await startOverQueue();
    const id = await outbox.add({ dueMs: clock.nowMs() + farAheadMs });
    jobs.wake();
    await until(
      'it is enqueued',
      () => outbox.stateOf(id),
      (state) => state === 'enqueued',
    );
    // Half of the job is lost: its hash is empty, its name is still waiting.
    const [queue, job] = [`${prefix}:outbox`, `${id}.1`];
    await redis.admin.hdel(`${queue}:${job}`, 'data', 'name', 'opts');
    aheadMs = farAheadMs;
    // As BullMQ does when the time of a delayed job has come.
    await redis.admin
      .multi()
      .zrem(`${queue}:delayed`, job)
      .lpush(`${queue}:wait`, job)
      .zadd(`${queue}:marker`, 0, '0')
      .exec();
    await allSent([id]);
  });

  test('that is full takes nothing, and the outbox is drained', async () => {
    const jobs = await startOverQueue();
    await redis.admin.config('SET', 'maxmemory', '1');
    const ahead = await outbox.add({ dueMs: clock.nowMs() + farAheadMs });
    const ids = await addMany(5);
    jobs.wake();
    await allSent(ids);
    expect(jobs.status().by).toBe('outbox');
    // What the queue did not take is not noted as if it had.
    expect(await outbox.stateOf(ahead)).toBe('pending');
    await redis.admin.config('SET', 'maxmemory', '0');
    await until(
      'it takes again',
      () => jobs.status().by,
      (by) => by === 'queue',
    );
  });
});

test('a server that would remove jobs when it is full has none: the outbox is drained until that is mended', async () => {
  const jobs = await startOverQueue();
  const before = await outbox.add({ dueMs: clock.nowMs() + farAheadMs });
  jobs.wake();
  await until(
    'it is enqueued',
    () => outbox.stateOf(before),
    (state) => state === 'enqueued',
  );
  await redis.admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
  await until(
    'it is refused',
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
    'both are handed, the one from before anew',
    () => [outbox.rows.get(ahead), outbox.rows.get(before)].map((row) => `${row?.state} ${row?.generation}`),
    ([first, second]) =>
      first === 'enqueued 1' && second?.startsWith('enqueued') === true && second !== 'enqueued 1',
  );
  expect(seen('queue-unsuitable')).toMatchObject([
    { reason: expect.stringContaining('allkeys-lru') },
    { reason: null },
  ]);
});

test('a server that is nearly full is told of once', async () => {
  await startOverQueue();
  await fillNearly(redis);
  await until(
    'it is told',
    () => seen('queue-warning'),
    (told) => told.length > 0,
  );
  await redis.admin.config('SET', 'maxmemory', '0');
  expect(seen('queue-warning')).toMatchObject([{ reason: expect.stringContaining('maxmemory') }]);
});

test('a clock that differs from that of the server is told of', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 7000 });
  try {
    const jobs = await startOverQueue();
    const [told] = await until(
      'it is told',
      () => seen('queue-warning'),
      (warnings) => warnings.length > 0,
    );
    expect(told).toMatchObject({ reason: expect.stringContaining('s apart') });
    expect(jobs.status().server?.skewMs).toBeGreaterThan(6000);
  } finally {
    vi.useRealTimers();
  }
});

test('in a cluster a prefix without a hash tag is refused', async () => {
  const cluster = new Cluster([{ host: '127.0.0.1', port: 1 }], { lazyConnect: true });
  const connections = { producer: cluster, worker: cluster } as unknown as QueueConnections;
  expect(() => startJobs({ store: outbox.store, handlers, redis: connections, prefix: 'bb' })).toThrow(
    'hash tag',
  );
});

describe('what the queue loses is handed over again', () => {
  test('a job that Redis has forgotten is found by its state', async () => {
    const jobs = await startOverQueue({ requeueAfterMs: 300 });
    const id = await outbox.add({ dueMs: clock.nowMs() + farAheadMs });
    jobs.wake();
    await until(
      'it is enqueued',
      () => outbox.stateOf(id),
      (state) => state === 'enqueued',
    );
    await redis.admin.del(`${prefix}:outbox:delayed`, `${prefix}:outbox:${id}.1`);
    aheadMs = farAheadMs + 300;
    await allSent([id]);
    expect(seen('queue-lost')).toEqual([]);
    expect(outbox.rows.get(id)?.generation).toBe(2);
  });

  test('a job id that is half lost would be ignored for ever, so its generation goes up', async () => {
    const jobs = await startOverQueue({ requeueAfterMs: 300 });
    const id = await outbox.add({ dueMs: clock.nowMs() + farAheadMs });
    jobs.wake();
    await until(
      'it is enqueued',
      () => outbox.stateOf(id),
      (state) => state === 'enqueued',
    );
    // The job's hash stays, so BullMQ takes the id for known.
    await redis.admin.del(`${prefix}:outbox:delayed`);
    aheadMs = farAheadMs + 300;
    await allSent([id]);
  });

  test('FLUSHALL: at once, also what was not due yet', async () => {
    const jobs = await startOverQueue();
    const later = await outbox.add({ dueMs: clock.nowMs() + farAheadMs });
    jobs.wake();
    await until(
      'it is enqueued',
      () => outbox.stateOf(later),
      (state) => state === 'enqueued',
    );
    await until('the canary sings', keys, (all) => all.some((key) => key.endsWith(':canary')));
    await redis.admin.flushall();
    await until(
      'the loss is noticed',
      () => seen('queue-lost'),
      (lost) => lost.length > 0,
    );
    await until(
      'it is handed again',
      () => outbox.rows.get(later),
      (row) => row?.generation === 2 && row.state === 'enqueued',
    );
    expect(await redis.admin.exists(`${prefix}:outbox:${later}.2`)).toBe(1);
    const ids = await addMany(5);
    jobs.wake();
    await allSent(ids);
  });

  test('another history with the old canary: at once', async () => {
    const jobs = await startOverQueue();
    const later = await outbox.add({ dueMs: clock.nowMs() + farAheadMs });
    jobs.wake();
    await until(
      'it is enqueued',
      () => outbox.stateOf(later),
      (state) => state === 'enqueued',
    );
    await until('the canary sings', keys, (all) => all.some((key) => key.endsWith(':canary')));
    await redis.admin.del(`${prefix}:outbox:delayed`, `${prefix}:outbox:${later}.1`);
    await redis.admin.replicaof('127.0.0.1', 1);
    await redis.admin.replicaof('NO', 'ONE');
    await until(
      'it is handed again',
      () => outbox.rows.get(later),
      (row) => row?.generation === 2 && row.state === 'enqueued',
    );
    expect(seen('queue-lost')).toMatchObject([{ reason: expect.stringContaining('history') }]);
  });

  test('a server that was killed and comes back empty', async () => {
    const jobs = await startOverQueue();
    const before = await outbox.add({ dueMs: clock.nowMs() + farAheadMs });
    jobs.wake();
    await until(
      'it is enqueued',
      () => outbox.stateOf(before),
      (state) => state === 'enqueued',
    );
    // Nobody misses a canary that was never seen.
    await until('the canary was seen', () => jobs.status().server !== null);
    await redis.kill();
    await until(
      'it is noticed',
      () => jobs.status().by,
      (by) => by === 'outbox',
    );
    const during = await addMany(5);
    jobs.wake();
    await allSent(during);
    await redis.start();
    await until(
      'it is handed again',
      () => outbox.rows.get(before)?.generation,
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

  test('holds up nothing: the outbox is drained, and what the queue still knows is not sent again', async () => {
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

  test('what had been handed before is sent while it is frozen', async () => {
    const jobs = await startOverQueue();
    const ids = await addMany(5, clock.nowMs() + farAheadMs);
    jobs.wake();
    await until(
      'all are handed',
      () => outbox.store.countEnqueued(),
      (count) => count === 5,
    );
    redis.freeze();
    aheadMs = farAheadMs;
    await allSent(ids);
  });

  test('does not hang a worker that stops', async () => {
    const open = holdGate();
    const jobs = await startOverQueue();
    const ids = await addMany(3);
    jobs.wake();
    await until(
      'they are in work',
      () => jobs.status().inProgress,
      (inProgress) => inProgress === 3,
    );
    redis.freeze();
    const stopping = jobs.stop(2000);
    open();
    // It stays frozen until this has ended.
    expect(await stopping).toBe(0);
    const states = await Promise.all(ids.map((id) => outbox.stateOf(id)));
    expect(new Set(states)).toEqual(new Set(['pending']));
  });

  test('at the start is no different', async () => {
    redis.freeze();
    const jobs = start();
    const ids = await addMany(3);
    jobs.wake();
    await allSent(ids);
    expect(jobs.status().by).toBe('outbox');
  });
});

test('without any Redis the outbox is drained', async () => {
  const jobs = startJobs({ store: outbox.store, handlers, redis: null, clock, tuning });
  running.push(jobs);
  const ids = await addMany(20);
  jobs.wake();
  await allSent(ids);
  expect(jobs.status()).toMatchObject({ by: 'outbox' });
});

test('two workers share the messages and send none twice', async () => {
  const [first] = await Promise.all([startOverQueue(), startOverQueue()]);
  const ids = await addMany(200);
  first.wake();
  await allSent(ids);
});

test('a queue that has fallen silent is overtaken', async () => {
  const jobs = await startOverQueue({ overdueMs: 500, requeueAfterMs: 400 });
  await redis.admin.hset(`${prefix}:outbox:meta`, 'paused', 1);
  const ids = await addMany(3);
  jobs.wake();
  await allSent(ids);
});

/** What stands between the first braces decides about the slot, if there are any. */
function hashTagOf(key: string): string {
  return /\{([^}]+)\}/.exec(key)?.[1] ?? key;
}

test('a Redis that comes after the worker is used as soon as it is there', async () => {
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
    what: 'is no primary any more',
    overdueMs: 60_000,
    refuse: () => redis.admin.replicaof('127.0.0.1', 1),
    relent: () => redis.admin.replicaof('NO', 'ONE'),
  },
  {
    // It does not say so of itself, so messages have to be overdue first.
    what: 'refuses the commands of the queue',
    overdueMs: 500,
    refuse: () => redis.admin.acl('SETUSER', 'default', '-evalsha'),
    relent: () => redis.admin.acl('SETUSER', 'default', '+evalsha'),
  },
])('a server that $what is asked now and then, not in a rush, and waited for by nobody', async (server) => {
  const open = holdGate();
  const jobs = await startOverQueue({ concurrency: 1, overdueMs: server.overdueMs });
  const ids = await addMany(5);
  jobs.wake();
  await until(
    'all are with the queue',
    () => outbox.store.countEnqueued(),
    (count) => count === 4,
  );
  await server.refuse();
  await redis.admin.config('RESETSTAT');
  const begun = performance.now();
  open();
  await allSent(ids);
  await until(
    'a second has gone',
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
