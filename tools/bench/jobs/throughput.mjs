import { randomUUID } from 'node:crypto';
import { Queue, Worker } from 'bullmq';
import { createMessageStore } from '../../../apps/server/dist/outbox/messages/message-store.js';
import { parseRedisUrl } from '../../../packages/redis-tier/dist/connection/index.js';
import { connectQueue, startJobs } from '../../../packages/redis-tier/dist/jobs/index.js';
import { defaultJobsTuning } from '../../../packages/redis-tier/dist/jobs/jobs-options.js';
import { requireSent, writeMessages } from './outbox-rows.mjs';

/** perSecond: messages; cpuUs: CPU time of this process per message. @typedef {{ perSecond: number, cpuUs: number }} Run */

/** Jobs per `addBulk` call, the same as in our enqueuer. The concurrency is also that of ours. */
const batch = 200;
const { concurrency } = defaultJobsTuning;

/** @param {number} count @param {() => Promise<void>} work @returns {Promise<Run>} */
async function timed(count, work) {
  const cpu = process.cpuUsage();
  const begin = performance.now();
  await work();
  const ms = performance.now() - begin;
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: (count / ms) * 1000, cpuUs: (user + system) / count };
}

/** `done` resolves after `count` calls of `tick`. @param {number} count */
function countdown(count) {
  let left = count;
  /** @type {() => void} */
  let finish = () => {};
  const done = /** @type {Promise<void>} */ (
    new Promise((resolve) => {
      finish = resolve;
    })
  );
  return {
    done,
    tick() {
      left -= 1;
      if (left === 0) finish();
    },
  };
}

/**
 * BullMQ alone: jobs are added in bulk (https://docs.bullmq.io/guide/queues/adding-bulks) and processed by a handler that
 * does nothing. The options are those of our queue, and the connections those of
 * https://docs.bullmq.io/guide/going-to-production: the producer fails fast, the worker waits.
 *
 * @param {{ redisUrl: string, count: number, perJob?: number }} options `perJob`: messages of a job
 * @returns {Promise<Run>}
 */
export async function rawBullMq({ redisUrl, count, perJob = 1 }) {
  const prefix = `{raw:${randomUUID()}}`;
  const queue = new Queue('raw', {
    connection: { url: redisUrl, enableOfflineQueue: false },
    prefix,
    streams: { events: { maxLen: 100 } },
  });
  const { done, tick } = countdown(count);
  const worker = new Worker('raw', async (job) => job.data.forEach(tick), {
    connection: { url: redisUrl, maxRetriesPerRequest: null },
    prefix,
    concurrency,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
  });
  // An error without a listener would end the process.
  const report = (/** @type {Error} */ error) => void process.stderr.write(`${error.stack}\n`);
  queue.on('error', report);
  worker.on('error', report);
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  const ids = Array.from({ length: count }, () => `${randomUUID()}.1`);
  const run = await timed(count, async () => {
    for (let from = 0; from < count; from += batch * perJob)
      await queue.addBulk(jobsOf(ids.slice(from, from + batch * perJob), perJob));
    await done;
  });
  await worker.close();
  await queue.obliterate({ force: true });
  await queue.close();
  return run;
}

/** @param {readonly string[]} ids @param {number} perJob */
function jobsOf(ids, perJob) {
  return Array.from({ length: Math.ceil(ids.length / perJob) }, (_, index) => {
    const data = ids.slice(index * perJob, (index + 1) * perJob);
    const opts = { attempts: 1, removeOnComplete: true, removeOnFail: true, jobId: data.join(',') };
    return { name: 'deliver', data, opts };
  });
}

/**
 * Ours: from rows in the outbox to rows in the state sent, with a transport that responds immediately.
 *
 * @param {object} options
 * @param {import('../../../apps/server/dist/database/connect.js').Db} options.db
 * @param {import('pg').Client} options.client
 * @param {string | null} options.redisUrl null: without Redis, the outbox is polled
 * @returns {Promise<Run>}
 */
export async function ours({ db, client, redisUrl }) {
  const count = await writeMessages(client);
  const { done, tick } = countdown(count);
  const redis =
    redisUrl &&
    connectQueue({ server: parseRedisUrl(redisUrl), name: 'bench', commandTimeoutMs: 5000 }, () => {});
  /** @type {(value?: unknown) => void} */
  let open = () => {};
  const gate = new Promise((resolve) => {
    open = resolve;
  });
  const store = createMessageStore(db);
  /** Returns no messages until the measurement begins. */
  const gated = {
    ...store,
    /** @param {Parameters<typeof store.findDue>} args */
    findDue: async (...args) => {
      await gate;
      return store.findDue(...args);
    },
    /** @param {Parameters<typeof store.claimNext>} args */
    claimNext: async (...args) => {
      await gate;
      return store.claimNext(...args);
    },
  };
  const jobs = startJobs({
    store: gated,
    handlers: {
      confirmation: {
        retry: { maxAttempts: 1, initialBackoffMs: 1, maxBackoffMs: 1, maxUnknownResends: 0 },
        async send(_claim, attempt) {
          await attempt.begin();
          return { kind: 'sent' };
        },
      },
    },
    redis: redis || null,
    prefix: `{bench:${randomUUID()}}`,
    onEvent: ({ event }) => {
      if (event === 'completed') tick();
    },
  });
  const by = redis ? 'queue' : 'outbox';
  while (jobs.status().by !== by) await new Promise((resolve) => setTimeout(resolve, 10));
  const run = await timed(count, async () => {
    open();
    jobs.wake();
    await done;
  });
  await jobs.stop(1000);
  await requireSent(client, count);
  return run;
}
