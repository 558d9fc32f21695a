import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { httpClient } from '../installation/http-client.mjs';
import { openServices } from '../installation/services.mjs';
import { describeMachine, formatMachine } from '../machine.mjs';
import { progress } from '../progress.mjs';
import { clientsOf } from '../replay/clients.mjs';
import { databaseTotals } from '../replay/database-totals.mjs';
import { writeGeneratedDataSet } from '../replay/generated-data-set.mjs';
import { installShop } from '../replay/installation.mjs';
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
/** The health endpoint reports a sample of up to a second ago, and a command to a frozen server times out after half a second. */
const healthWithinMs = 3000;
const backWithinMs = 8000;
const dayMs = 86_400_000;

/**
 * Books the appointments of a data set at 200 requests per second while Redis is killed (and restarted) and frozen in
 * turn. No booking is lost or duplicated, no response takes over a second, every mail is sent, and the health endpoints
 * report the actual state.
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
    const folder = writeGeneratedDataSet(join(services.folder, 'data-set'), seed);
    const plan = await makePlan({ folder, seed, looks: 0 });
    const plannedBookings = plan.events.filter(({ kind }) => kind === 'book').map(({ planned }) => planned);
    // Before all appointments, so that every booking is for the future.
    const nowMs = Math.min(...plannedBookings.map((planned) => planned.startMs)) - 2 * dayMs;
    const shop = await installShop({ services, name: 'soak', plan, env: {}, atMs: nowMs });
    const http = httpClient(shop.url);
    const record = await services.connect('soak');
    try {
      await shop.setClock(nowMs, 1);
      const health = watchHealth(http);
      const seconds = minutes * 60;
      const reportProgress = progress('Soaking');
      const faults = breakRedis(redisFaults(services.folder), health, seconds);
      const { staffCodes } = plan;
      const clients = clientsOf({ http, zone, ids: shop.ids, staffCodes, plannedBookings });
      const onProgress = (/** @type {number} */ doneMs) => reportProgress(doneMs, seconds * 1000);
      const load = { clients, plannedBookings, nowMs, perSecond, seconds, slowMs, onProgress };
      const done = await steadyLoad(load);
      const kinds = await faults;
      const mailsLeft = await databaseTotals(record).mailsFinished(120_000);
      const healthResult = await health.stop();
      const counts = await databaseTotals(record).counts();
      const accepted = [...done.booked.values()].filter(({ status }) => status === 201).length;
      const refused = [...done.booked.values()].filter(({ body }) => body?.code === 'slot_taken').length;
      const violations = [
        ...done.violations,
        ...healthResult.violations,
        ...wrongCounts(counts, { accepted }, mailsLeft),
        ...(accepted + refused === plannedBookings.length
          ? []
          : [
              `${plannedBookings.length - accepted - refused} bookings were neither accepted nor refused as taken`,
            ]),
      ];
      process.stdout.write(
        `${table([
          ['', ''],
          ['requests', count(done.sent)],
          ['bookings requested', count(plannedBookings.length)],
          ['accepted', count(accepted)],
          ['refused: slot_taken', count(refused)],
          ['in the database', count(counts.bookings)],
          ['confirmations sent', count(counts.confirmationsSent)],
          ['cancellation mails sent', count(counts.cancellationsSent)],
          ['Redis killed, at second', kinds.killed.join(', ')],
          ['Redis restarts', count(restarts)],
          ['Redis frozen for 10 s, at second', kinds.frozen.join(', ')],
          ['health requests', count(healthResult.requests)],
          ...done.latencies.map(({ name, p50, p95, p99, most }) => [
            `${name}, ms p50/p95/p99/max`,
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
 * Kills and freezes Redis in turn, with a pause before each and at the end.
 *
 * @param {ReturnType<typeof redisFaults>} redis
 * @param {ReturnType<typeof watchHealth>} health
 * @param {number} seconds
 */
async function breakRedis(redis, health, seconds) {
  const beginMs = performance.now();
  const untilMs = beginMs + seconds * 1000 - calmMs;
  const second = () => Math.round((performance.now() - beginMs) / 1000);
  /** In seconds since the start. @type {{ killed: number[], frozen: number[] }} */
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
