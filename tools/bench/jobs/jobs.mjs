import pino from 'pino';
import { makeConfig } from '../../../apps/server/dist/config/config.js';
import { migrate } from '../../../apps/server/dist/database/migrate.js';
import { buildApp } from '../../../apps/server/dist/http/app.js';
import { createContext } from '../../../apps/server/dist/main/context.js';
import { defaultJobsTuning } from '../../../packages/redis-tier/dist/jobs/jobs-options.js';
import { productionEnvironment } from '../http/apps.mjs';
import { operatorToken } from '../installation/environment.mjs';
import { openServices } from '../installation/services.mjs';
import { describeMachine, formatMachine } from '../machine.mjs';
import { progress } from '../progress.mjs';
import { median, rowTable } from '../rows.mjs';
import { ownVersionsOf } from '../versions.mjs';
import { bookingCost } from './booking-cost.mjs';
import { makeBookings } from './outbox-rows.mjs';
import { ours, rawBullMq } from './throughput.mjs';

/** @typedef {import('../rows.mjs').Row} Row */

const defaultRounds = 5;
const shops = 20;
const messages = 5000;
const bookingsPerRound = 100;
/** Minimum throughput, relative to BullMQ alone. */
const target = 0.7;

/**
 * Measures how fast messages leave the outbox, through the queue and without Redis, compared with BullMQ alone, and
 * what messages add to the transaction of a booking. Every round measures everything, in rotating order and in one
 * process, so that the CPU time per message can be compared too.
 *
 * PostgreSQL and Redis persist their data as in production, where a commit waits for the disk and BullMQ recommends AOF.
 *
 * @param {number} [rounds]
 * @returns {Promise<{ rows: Row[], text: string, about: object }>}
 */
export async function benchJobs(rounds = defaultRounds) {
  const services = await openServices({ durable: true });
  try {
    const databaseUrl = await services.createDatabase('jobs');
    const { redisUrl } = services;
    const env = productionEnvironment({ databaseUrl, redisUrl, keyPrefix: 'jobs', operatorToken });
    const logger = pino({ level: 'silent' });
    const context = createContext(makeConfig(env), { role: 'worker', logger });
    const client = await services.connect('jobs');
    try {
      await migrate(context.db);
      await makeBookings(client, { shops, bookings: messages });
      const booking = await openBookings(context, logger);
      const raw = await measure(rounds, {
        bullMq: () => rawBullMq({ redisUrl, count: messages }),
        bullMqTen: () => rawBullMq({ redisUrl, count: messages, perJob: 10 }),
        queue: () => ours({ db: context.db, client, redisUrl }),
        poll: () => ours({ db: context.db, client, redisUrl: null }),
      });
      const cost = await measureBookings(booking, rounds);
      const rows = rowsOf(raw, cost);
      const machine = describeMachine({ ...services.versions, ...ownVersionsOf(['bullmq', 'ioredis']) });
      const explanation =
        `Messages per second from a row in the outbox to the state sent, with a transport that responds immediately: ${messages} messages of\n` +
        `${shops} shops, concurrency ${defaultJobsTuning.concurrency}, one process; medians of ${rounds} rounds. Spread: the largest deviation of a round from the median.\n` +
        'PostgreSQL: fsync and synchronous commit. Redis: AOF, every second. BullMQ: one message per job, and ten, as ours.\n';
      const about = { machine, rounds, messages, shops };
      return { rows, text: `${explanation}\n${rowTable(rows)}\n${formatMachine(machine)}\n`, about };
    } finally {
      await client.end();
      await context.close();
    }
  } finally {
    await services.stop();
  }
}

/** Creates a shop that is open around the clock. @param {import('./booking-cost.mjs').Context} context @param {import('pino').Logger} logger */
async function openBookings(context, logger) {
  const app = await buildApp(context, logger);
  try {
    const post = async (/** @type {string} */ path, /** @type {object} */ payload) => {
      const headers = { authorization: `Bearer ${operatorToken}`, 'idempotency-key': `bench-jobs-${path}` };
      const reply = await app.inject({ method: 'POST', url: `/api/v1/shops${path}`, payload, headers });
      if (reply.statusCode !== 201)
        throw new Error(`POST ${path} returned ${reply.statusCode}: ${reply.body}`);
      return reply.json();
    };
    const where = { zone: 'America/New_York', currency: 'USD', country: 'US' };
    const organisation = { slug: 'booked', name: 'Booked' };
    const policy = { min_notice_minutes: 0, max_advance_days: 365 };
    await post('', { organisation, slug: 'booked', name: 'Booked', ...where, policy });
    const cut = { code: 'CUT', name: 'Cut', duration_minutes: 30, price_cents: 3000 };
    const service = await post('/booked/services', cut);
    const periods = [{ starts_minute: 0, ends_minute: 1440 }];
    const schedule = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, periods }));
    await post('/booked/barbers', { name: 'Ada', service_ids: [service.id], schedule });
    return bookingCost(context, await context.catalog.shop(context.db, 'booked'), service.id);
  } finally {
    await app.close();
  }
}

/**
 * @template {string} Name
 * @param {number} rounds
 * @param {Record<Name, () => Promise<import('./throughput.mjs').Run>>} kinds
 * @returns {Promise<Record<Name, import('./throughput.mjs').Run[]>>}
 */
async function measure(rounds, kinds) {
  const names = /** @type {Name[]} */ (Object.keys(kinds));
  const raw = /** @type {Record<Name, import('./throughput.mjs').Run[]>} */ ({});
  for (const name of names) raw[name] = [];
  const reportProgress = progress('Measuring jobs');
  // Warm-up, not counted.
  for (const name of names) await kinds[name]();
  for (let round = 0; round < rounds; round += 1) {
    // In rotating order, so that none always runs after the same predecessor.
    for (const [index] of names.entries()) {
      reportProgress(round * names.length + index, rounds * names.length);
      const name = names[(index + round) % names.length];
      if (name !== undefined) raw[name].push(await kinds[name]());
    }
  }
  reportProgress(1, 1);
  return raw;
}

/** @param {ReturnType<typeof bookingCost>} booking @param {number} rounds */
async function measureBookings(booking, rounds) {
  await booking.round(bookingsPerRound);
  /** @type {{ with: number[], without: number[] }} */
  const medians = { with: [], without: [] };
  for (let round = 0; round < rounds; round += 1) {
    const took = await booking.round(bookingsPerRound);
    medians.with.push(median(took.with));
    medians.without.push(median(took.without));
  }
  return medians;
}

/**
 * @param {Record<'bullMq' | 'bullMqTen' | 'queue' | 'poll', import('./throughput.mjs').Run[]>} raw
 * @param {{ with: number[], without: number[] }} cost
 * @returns {Row[]}
 */
function rowsOf(raw, cost) {
  /**
   * @param {string} name
   * @param {string} unit
   * @param {readonly number[]} values
   * @param {Record<string, readonly number[]>} peer
   * @param {number | null} minRatio
   * @returns {Row}
   */
  const row = (name, unit, values, peer, minRatio = null) => {
    const value = median(values);
    const peers = Object.fromEntries(
      Object.entries(peer).map(([other, figures]) => [other, median(figures)]),
    );
    const [first] = Object.values(peers);
    const ratio = first === undefined ? null : value / first;
    const met = minRatio === null || ratio === null ? null : ratio >= minRatio;
    return { name, unit, raw: values, ours: value, peers, ratio, target: minRatio, met };
  };
  const perSecond = (/** @type {keyof typeof raw} */ kind) => raw[kind].map((run) => run.perSecond);
  const cpu = (/** @type {keyof typeof raw} */ kind) => raw[kind].map((run) => run.cpuUs);
  const ofBullMq = (/** @type {typeof perSecond | typeof cpu} */ figure) => ({
    BullMQ: figure('bullMq'),
    'BullMQ, ten per job': figure('bullMqTen'),
  });
  return [
    row('through the queue', 'msg/s', perSecond('queue'), ofBullMq(perSecond), target),
    row('polling without Redis', 'msg/s', perSecond('poll'), ofBullMq(perSecond)),
    row('process CPU, through the queue', 'us/msg', cpu('queue'), ofBullMq(cpu)),
    row('process CPU, polling', 'us/msg', cpu('poll'), ofBullMq(cpu)),
    row('booking with 3 messages', 'us', cost.with, { 'without messages': cost.without }),
  ];
}
