import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { httpClient } from '../installation/http-client.mjs';
import { openServices } from '../installation/services.mjs';
import { describeMachine, formatMachine } from '../machine.mjs';
import { progress } from '../progress.mjs';
import { databaseTotals } from '../replay/book-of-record.mjs';
import { clientsOf } from '../replay/clients.mjs';
import { installShop } from '../replay/installation.mjs';
import { writeGeneratedDataSet } from '../replay/made-book.mjs';
import { makePlan, zone } from '../replay/plan.mjs';
import { wrongCounts } from '../replay/replay.mjs';
import { count, milliseconds, table } from '../tables.mjs';
import { watchHealth } from './health-watch.mjs';
import { redisFaults } from './redis-faults.mjs';
import { steadyLoad } from './steady-load.mjs';

const perSecond = 200;
const slowMs = 1000;
const calmMs = 10_000;
const freezeMs = 10_000;
/** The health report is of a sample of at most a second ago, and asking a frozen server ends after half of one. */
const healthWithinMs = 3000;
const backWithinMs = 8000;
const dayMs = 86_400_000;

/**
 * A book is booked at 200 requests a second while Redis is killed (and started again) and frozen in turn.
 * Bookings go on, none is lost or doubled, none takes over a second, every mail goes out, and health tells the truth.
 *
 * @param {{ seed: string, minutes: number }} options
 * @returns {Promise<string[]>} the violations
 */
export async function soakReplay({ seed, minutes }) {
  let restarts = 0;
  const services = await openServices({
    onRestart: () => {
      restarts += 1;
    },
  });
  try {
    const folder = writeGeneratedDataSet(join(services.folder, 'dataSet'), seed);
    const plan = await makePlan({ folder, seed, looks: 0 });
    const visits = plan.events.filter(({ kind }) => kind === 'dataSet').map(({ visit }) => visit);
    // Before all visits: every booking is for a time to come.
    const nowMs = Math.min(...visits.map((visit) => visit.startMs)) - 2 * dayMs;
    const shop = await installShop({ services, name: 'soak', plan, env: {}, atMs: nowMs });
    const http = httpClient(shop.url);
    const record = await services.connect('soak');
    try {
      await shop.setClock(nowMs, 1);
      const health = watchHealth(http);
      const seconds = minutes * 60;
      const told = progress('Soaking');
      const faults = breakRedis(redisFaults(services.folder), health, seconds);
      const { staffCodes } = plan;
      const clients = clientsOf({ http, zone, ids: shop.ids, staffCodes, visits });
      const onProgress = (/** @type {number} */ doneMs) => told(doneMs, seconds * 1000);
      const load = { clients, visits, nowMs, perSecond, seconds, slowMs, onProgress };
      const done = await steadyLoad(load);
      const kinds = await faults;
      const mailsLeft = await databaseTotals(record).mailsFinished(120_000);
      const healthy = await health.stop();
      const counts = await databaseTotals(record).counts();
      const accepted = [...done.booked.values()].filter(({ status }) => status === 201).length;
      const refused = [...done.booked.values()].filter(({ body }) => body?.code === 'slot_taken').length;
      const violations = [
        ...done.violations,
        ...healthy.violations,
        ...wrongCounts(counts, { accepted }, mailsLeft),
        ...(accepted + refused === visits.length
          ? []
          : [`${visits.length - accepted - refused} bookings got neither a place nor a reason`]),
      ];
      process.stdout.write(
        `${table([
          ['', ''],
          ['requests', count(done.sent)],
          ['bookings asked', count(visits.length)],
          ['accepted', count(accepted)],
          ['refused: slot_taken', count(refused)],
          ['in the database', count(counts.bookings)],
          ['confirmations sent', count(counts.confirmationsSent)],
          ['cancellations told', count(counts.cancellationsSent)],
          ['Redis killed, in second', kinds.killed.join(', ')],
          ['Redis started again', count(restarts)],
          ['Redis frozen for 10 s, in second', kinds.frozen.join(', ')],
          ['health asked', count(healthy.asked)],
          ...done.latencies.map(({ name, p50, p95, p99, most }) => [
            `${name}, ms p50/p95/p99/most`,
            [p50, p95, p99, most].map(milliseconds).join(' / '),
          ]),
        ])}\n${formatMachine(describeMachine(services.versions))}\n`,
      );
      return violations;
    } finally {
      await record.end();
      http.close();
      await shop.stop();
    }
  } finally {
    await services.stop();
  }
}

/**
 * Calm, killed, calm, frozen, and again, until the time is over; it ends calm.
 *
 * @param {ReturnType<typeof redisFaults>} redis
 * @param {ReturnType<typeof watchHealth>} health
 * @param {number} seconds
 */
async function breakRedis(redis, health, seconds) {
  const beginMs = performance.now();
  const untilMs = beginMs + seconds * 1000 - calmMs;
  const second = () => Math.round((performance.now() - beginMs) / 1000);
  /** When, in seconds. @type {{ killed: number[], frozen: number[] }} */
  const kinds = { killed: [], frozen: [] };
  await delay(healthWithinMs);
  health.expectRedis(true);
  await delay(calmMs);
  while (performance.now() < untilMs) {
    health.expectRedis(null);
    redis.kill();
    kinds.killed.push(second());
    await delay(backWithinMs);
    health.expectRedis(true);
    await delay(calmMs);
    if (performance.now() >= untilMs) break;
    health.expectRedis(null);
    const thawed = redis.freeze(freezeMs);
    kinds.frozen.push(second());
    await delay(healthWithinMs);
    health.expectRedis(false);
    await delay(freezeMs - healthWithinMs - 500);
    health.expectRedis(null);
    await thawed;
    await delay(backWithinMs);
    health.expectRedis(true);
    await delay(calmMs);
  }
  health.expectRedis(null);
  return kinds;
}
