import { setTimeout as delay } from 'node:timers/promises';
import { randomFrom } from '../../../../apps/cli/dist/demo/random.js';
import { developmentEnvironment } from '../../installation/environment.mjs';
import { httpClient } from '../../installation/http-client.mjs';
import { spawnServer } from '../../installation/server-process.mjs';
import { openServices } from '../../installation/services.mjs';
import { describeMachine, formatMachine } from '../../machine.mjs';
import { progress } from '../../progress.mjs';
import { count, milliseconds, table } from '../../tables.mjs';
import { bookAndChange } from './clients.mjs';
import { startMailSink } from './mail-sink.mjs';
import { createOutboxCounts } from './outbox-recorder.mjs';
import { startRedisWithFaults } from './redis-with-faults.mjs';
import { makeShops } from './shops.mjs';
import { delays, findViolations } from './verdict.mjs';
import { startWorkers } from './workers.mjs';

const maxBookings = 2000;
const bookingsPerMinute = 700;
const counts = { shops: 5, barbers: 4 };
const calmMs = 2500;
/** Maximum time without progress, in ms: longer than an expiring lease, the recovery of a lost job, and polling. */
const progressWithinMs = 120_000;

/**
 * Creates bookings with reminders that are due during the soak test and cancels or moves a tenth of them. Meanwhile the
 * jobs' Redis is killed, frozen, flushed, filled, made to evict and restarted, and workers are killed with SIGKILL. At
 * the end, every due message has been sent, or is `unknown` because of a killed worker, and no message was claimed
 * after its booking was cancelled or changed.
 *
 * @param {{ seed: string, minutes: number }} options
 * @returns {Promise<string[]>} the violations
 */
export async function soakJobs({ seed, minutes }) {
  const random = randomFrom(seed);
  const services = await openServices();
  /** @type {(() => unknown)[]} */
  const stops = [];
  try {
    const redis = await startRedisWithFaults(services.folder.concat('/jobs'));
    stops.push(redis.stop);
    const sink = await startMailSink({ delayMs: () => Math.random() * 200 });
    stops.push(sink.stop);
    const databaseUrl = await services.createDatabase('soak');
    const where = { databaseUrl, redisUrl: services.redisUrl, keyPrefix: 'soak' };
    const env = developmentEnvironment(where, {
      REDIS_JOBS_URL: redis.url,
      SMTP_URL: sink.url,
      MAIL_FROM: 'Soak <soak@example.com>',
      RATE_LIMIT_ENABLED: 'false',
    });
    const api = spawnServer({ entry: 'api', env, log: services.log('api.log') });
    stops.push(api.stop);
    const http = httpClient(await api.listening());
    stops.push(http.close);
    const shops = await makeShops(http, counts);
    const client = await services.connect('soak');
    stops.push(() => client.end());
    const outbox = await createOutboxCounts(client);
    const workers = startWorkers({ count: 2, env, log: services.log, done: () => sink.mails.length });
    stops.push(workers.stop);

    const seconds = minutes * 60;
    const bookings = Math.min(maxBookings, bookingsPerMinute * minutes);
    await outbox.dueWithin(seconds);
    const reportProgress = progress('Soaking');
    const untilMs = performance.now() + seconds * 1000;
    let booking = true;
    const isRunning = () => booking || performance.now() < untilMs;
    const injecting = injectFaults(redis, workers, { random, isRunning });
    const done = await bookAndChange({
      ...{ http, shops, barbers: counts.barbers, bookings, random },
      seconds: seconds * 0.6,
      onProgress: (number) => reportProgress(number, bookings),
    });
    booking = false;
    const faults = await injecting;
    await waitForMessages(outbox);
    const violations = [
      ...done.violations,
      ...(await findViolations(outbox, sink.mails, workers.killedAtMs)),
    ];
    const states = (await outbox.states()).map(({ state, n }) => [`messages ${state}`, count(n)]);
    const unknowns = (await outbox.unknowns()).length;
    process.stdout.write(
      `${table([
        ['', ''],
        ['bookings', count(done.booked)],
        ['cancelled', count(done.cancelled)],
        ['moved', count(done.moved)],
        ...Object.entries(faults).map(([fault, times]) => [`Redis ${fault}`, count(times)]),
        ['workers killed -9', count(workers.killedAtMs.length)],
        ...states,
        ['times a message became unknown', count(unknowns)],
        ['mails received', count(sink.mails.length)],
        ...(await delays(outbox, sink.mails)).map(({ name, count: messages, shares }) => [
          `due to received, ${name} (${messages}), ms p50/p90/p99/max`,
          shares.map(milliseconds).join(' / '),
        ]),
      ])}\n${formatMachine(describeMachine(services.versions))}\n`,
    );
    return violations;
  } finally {
    for (const stop of stops.reverse()) await stop();
    await services.stop();
  }
}

/**
 * Injects every fault in turn, in a new random order in each round, with a pause after each. Also kills a worker if
 * messages were sent since the last kill.
 *
 * @param {import('./redis-with-faults.mjs').RedisWithFaults} redis
 * @param {ReturnType<typeof startWorkers>} workers
 * @param {{ random: () => number, isRunning: () => boolean }} options
 */
async function injectFaults(redis, workers, { random, isRunning }) {
  const faults = /** @type {const} */ (['killed', 'frozen', 'flushed', 'filled', 'evicting', 'restarted']);
  const times = { killed: 0, frozen: 0, flushed: 0, filled: 0, evicting: 0, restarted: 0 };
  /** @type {Promise<void>[]} */
  const kills = [];
  let turn = 0;
  await delay(calmMs);
  while (isRunning()) {
    const round = faults.toSorted(() => random() - 0.5);
    for (const fault of round) {
      if (!isRunning()) break;
      if (workers.busy) {
        kills.push(workers.kill(turn, 500 + random() * 2000));
        turn += 1;
      }
      await redis[fault]();
      times[fault] += 1;
      await delay(calmMs);
    }
  }
  await Promise.all(kills);
  return times;
}

/** Waits until no message is open, or there is no progress. @param {import('./outbox-recorder.mjs').WatchedOutbox} outbox */
async function waitForMessages(outbox) {
  let fewest = Number.POSITIVE_INFINITY;
  let untilMs = performance.now() + progressWithinMs;
  for (;;) {
    const open = await outbox.open();
    if (open === 0 || performance.now() > untilMs) return;
    if (open < fewest) untilMs = performance.now() + progressWithinMs;
    fewest = Math.min(fewest, open);
    await delay(500);
  }
}
