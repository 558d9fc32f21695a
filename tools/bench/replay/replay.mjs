import { setTimeout as delay } from 'node:timers/promises';
import { operatorToken } from '../installation/environment.mjs';
import { httpClient } from '../installation/http-client.mjs';
import { clientsOf } from './clients.mjs';
import { databaseTotals } from './database-totals.mjs';
import { expectationOf } from './expectation.mjs';
import { installShop } from './installation.mjs';
import { Latencies } from './latencies.mjs';
import { zone } from './plan.mjs';

/** @typedef {import('../installation/http-client.mjs').Reply} Reply */
/** @typedef {import('./planned-bookings.mjs').PlannedBooking} PlannedBooking */

const mailsWithinMs = 60_000;
/** The health endpoint reports a sample that is taken once a second. */
const healthAfterMs = 2200;

/**
 * Replays a plan through the HTTP API of newly started processes, and compares the outcome with the expected one.
 *
 * @param {object} options
 * @param {import('../installation/services.mjs').Services} options.services
 * @param {import('../installation/statement-count.mjs').StatementCount} options.statements
 * @param {import('./plan.mjs').Plan} options.plan
 * @param {string} options.name of the run's database and of its keys
 * @param {Readonly<Record<string, string>>} options.env variables of the run
 * @param {(done: number, of: number) => void} options.onProgress
 */
export async function replay({ services, statements, plan, name, env, onProgress }) {
  const { events, plannedBookings, staffCodes } = plan;
  const atMs = (events[0]?.atMs ?? 0) - 60_000;
  const shop = await installShop({ services, name, plan, env, atMs, afterSetUp: statements.reset });
  const http = httpClient(shop.url);
  const record = await services.connect(name);
  try {
    const clients = clientsOf({ http, zone, ids: shop.ids, staffCodes, plannedBookings });
    const latencies = new Latencies();
    const sources = { page: countSources(), availability: countSources() };
    /** @type {Map<PlannedBooking, Reply>} */
    const booked = new Map();
    /** @type {string[]} */
    const unexpected = [];
    let limited = 0;
    let limits = '';
    /** @param {string} what @param {Reply} reply */
    const note = (what, reply) => {
      latencies.add(what, reply.ms);
      limits ||= String(reply.headers['ratelimit-policy'] ?? '');
      if (reply.status === 429) limited += 1;
    };
    const begin = performance.now();
    for (const [index, { kind, atMs: nowMs, planned }] of events.entries()) {
      onProgress(index, events.length);
      if (kind === 'cancel' && booked.get(planned)?.status !== 201) continue;
      await shop.setClock(nowMs);
      if (kind === 'look') {
        const [page, availability] = await clients.look(planned, nowMs);
        note('GET shop', page);
        note('GET availability', availability);
        for (const [reply, counts] of /** @type {const} */ ([
          [page, sources.page],
          [availability, sources.availability],
        ])) {
          counts.add(String(reply.headers['x-cache'] ?? 'none'));
          if (reply.status !== 200) unexpected.push(`a look for ${planned.id} returned ${resultOf(reply)}`);
        }
      } else if (kind === 'book') {
        const reply = await clients.book(planned);
        booked.set(planned, reply);
        note(reply.status === 201 ? 'POST booking: 201' : `POST booking: ${reply.status}`, reply);
      } else {
        const reply = await clients.cancel(planned, /** @type {Reply} */ (booked.get(planned)));
        note('POST cancel', reply);
        if (reply.status !== 200)
          unexpected.push(`the cancellation of ${planned.id} returned ${resultOf(reply)}`);
      }
    }
    onProgress(events.length, events.length);
    const seconds = (performance.now() - begin) / 1000;
    // The clock runs again, so that mails waiting for a retry become due.
    await shop.setClock(events.at(-1)?.atMs ?? 0, 1);
    const mailsLeft = await databaseTotals(record).mailsFinished(mailsWithinMs);
    const sent = await statements.read(name);
    await delay(healthAfterMs);
    const health = (await http.send('GET', '/api/v1/cache/health')).body;
    const tuning = (await http.send('GET', '/api/v1/cache/tuning', undefined, { token: operatorToken })).body;
    const counts = await databaseTotals(record).counts();
    const outcome = compare(plan, booked);
    return {
      name,
      seconds,
      events: events.length,
      outcome,
      counts,
      mailsLeft,
      statements: sent,
      cache: {
        page: sources.page.shares(),
        availability: sources.availability.shares(),
        lookups: health.hit_rate,
      },
      health,
      tuning,
      limits: { policy: limits, refused: limited },
      latencies: latencies.summary(),
      violations: [...unexpected, ...outcome.violations, ...wrongCounts(counts, outcome, mailsLeft)],
    };
  } finally {
    await record.end();
    http.close();
    await shop.stop();
  }
}

/** @typedef {Awaited<ReturnType<typeof replay>>} ReplayResult */

function countSources() {
  /** @type {Map<string, number>} */
  const counts = new Map();
  return {
    add: (/** @type {string} */ source) => counts.set(source, (counts.get(source) ?? 0) + 1),
    shares() {
      const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
      const hits = ['local', 'remote', 'stale'].reduce((sum, source) => sum + (counts.get(source) ?? 0), 0);
      return { requests: all, hitRate: all === 0 ? 0 : hits / all, ...Object.fromEntries(counts) };
    },
  };
}

/** @param {Reply} reply */
function resultOf({ status, body }) {
  return `${status} ${body?.code ?? JSON.stringify(body)}`;
}

/** @param {import('./plan.mjs').Plan} plan @param {ReadonlyMap<PlannedBooking, Reply>} booked */
function compare(plan, booked) {
  /** @type {Record<string, number>} */
  const refusedBecause = {};
  /** @type {string[]} */
  const violations = [];
  let accepted = 0;
  let acceptedRows = 0;
  let refusedRows = 0;
  for (const [planned, { accepted: expected, conflict }] of expectationOf(plan.events)) {
    const reply = booked.get(planned);
    if (reply?.status === 201) {
      accepted += 1;
      acceptedRows += planned.rows;
      if (!expected) violations.push(`${planned.id} was accepted but overlaps ${conflict?.id}`);
      continue;
    }
    const reason = reply === undefined ? 'not requested' : resultOf(reply);
    refusedBecause[reason] = (refusedBecause[reason] ?? 0) + 1;
    refusedRows += planned.rows;
    if (expected) violations.push(`${planned.id} was refused without an overlap: ${reason}`);
    else if (reply?.body?.code !== 'slot_taken')
      violations.push(`${planned.id} was refused with ${reason} instead of slot_taken`);
  }
  return { accepted, acceptedRows, refusedRows, refusedBecause, violations };
}

/**
 * @param {Awaited<ReturnType<ReturnType<typeof databaseTotals>['counts']>>} counts
 * @param {{ accepted: number }} outcome
 * @param {number} mailsLeft
 */
export function wrongCounts(counts, { accepted }, mailsLeft) {
  const violations = [];
  if (counts.bookings !== accepted)
    violations.push(`${accepted} bookings were accepted, but the database has ${counts.bookings}`);
  if (counts.overlaps > 0) violations.push(`${counts.overlaps} pairs of bookings overlap`);
  if (counts.bookedTwice > 0) violations.push(`${counts.bookedTwice} appointments are booked twice`);
  if (mailsLeft > 0) violations.push(`${mailsLeft} mails were not sent`);
  if (counts.bookingsWithoutMail > 0)
    violations.push(
      `${counts.bookingsWithoutMail} active bookings do not have exactly one sent confirmation`,
    );
  if (counts.cancelledWithoutMail > 0)
    violations.push(
      `${counts.cancelledWithoutMail} cancelled bookings have a sent confirmation but no cancellation mail`,
    );
  return violations;
}
