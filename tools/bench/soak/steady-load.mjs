import { setTimeout as delay } from 'node:timers/promises';
import { Latencies } from '../replay/latencies.mjs';

/** @typedef {import('../replay/planned-bookings.mjs').PlannedBooking} PlannedBooking */
/** @typedef {import('../installation/http-client.mjs').Reply} Reply */

const maxTries = 5;
const seconds1 = (/** @type {number} */ value) => value.toFixed(1);

/**
 * Sends requests at a constant rate, independently of the responses: the bookings of a plan evenly over the time, their
 * cancellations three seconds later, and otherwise looks. Requests without a response or with a 5xx are retried with
 * the same Idempotency-Key, as the pages do.
 *
 * @param {object} options
 * @param {import('../replay/clients.mjs').Clients} options.clients
 * @param {readonly PlannedBooking[]} options.plannedBookings in the order of booking
 * @param {number} options.nowMs of the server
 * @param {number} options.perSecond
 * @param {number} options.seconds
 * @param {number} options.slowMs maximum response time
 * @param {(doneMs: number) => void} options.onProgress
 */
export async function steadyLoad({
  clients,
  plannedBookings,
  nowMs,
  perSecond,
  seconds,
  slowMs,
  onProgress,
}) {
  const latencies = new Latencies();
  /** @type {Map<PlannedBooking, Reply>} */
  const booked = new Map();
  /** @type {string[]} */
  const violations = [];
  /** Slow responses by request name: duration, and arrival time since the start. @type {Map<string, { ms: number, atMs: number }[]>} */
  const slow = new Map();
  /** @type {Set<Promise<unknown>>} */
  const open = new Set();
  let sent = 0;
  const beginMs = performance.now();

  /** @param {string} name @param {Reply} reply @param {string} what */
  function note(name, reply, what) {
    latencies.add(name, reply.ms);
    if (reply.ms > slowMs)
      slow.set(name, [...(slow.get(name) ?? []), { ms: reply.ms, atMs: performance.now() - beginMs }]);
    if (reply.status === 0 || reply.status >= 500 || reply.status === 429)
      violations.push(`${what} returned ${reply.status} ${reply.body?.code ?? ''}`);
    return reply;
  }
  /** @param {string} name @param {string} what @param {() => Promise<Reply>} send */
  async function sendWithRetries(name, what, send) {
    for (let attempt = 1; ; attempt += 1) {
      sent += 1;
      const reply = note(name, await send(), what);
      if ((reply.status !== 0 && reply.status < 500) || attempt === maxTries) return reply;
      await delay(200 * attempt);
    }
  }
  /** @param {PlannedBooking} planned */
  async function bookAndCancel(planned) {
    const name = `soak-${planned.id.replace(' ', '-')}`;
    const reply = await sendWithRetries('POST booking', planned.id, () => clients.book(planned, name));
    booked.set(planned, reply);
    if (reply.status !== 201 && reply.body?.code !== 'slot_taken')
      violations.push(`${planned.id} was refused with ${reply.status} ${reply.body?.code}`);
    if (reply.status !== 201 || planned.cancelMs === null) return;
    await delay(3000);
    const cancelled = await sendWithRetries('POST cancel', `the cancellation of ${planned.id}`, () =>
      clients.cancel(planned, reply, `${name}-off`),
    );
    if (cancelled.status !== 200)
      violations.push(`the cancellation of ${planned.id} returned ${cancelled.status}`);
  }
  /** @param {PlannedBooking} planned */
  async function look(planned) {
    sent += 2;
    const [page, availability] = await clients.look(planned, nowMs);
    note('GET shop', page, 'GET shop');
    note('GET availability', availability, 'GET availability');
  }
  /** @param {Promise<unknown>} work */
  function begin(work) {
    open.add(work);
    void work.finally(() => open.delete(work));
  }

  let next = 0;
  for (let turn = 0; ; turn += 1) {
    const passedMs = performance.now() - beginMs;
    if (passedMs >= seconds * 1000) break;
    onProgress(passedMs);
    for (; next < plannedBookings.length * Math.min(1, passedMs / (seconds * 1000)); next += 1) {
      const planned = plannedBookings[next];
      if (planned !== undefined) begin(bookAndCancel(planned));
    }
    while (sent < (passedMs / 1000) * perSecond) {
      const planned = plannedBookings[(turn * 7919 + sent) % plannedBookings.length];
      if (planned !== undefined) begin(look(planned));
    }
    await delay(5);
  }
  await Promise.all(open);
  for (const [name, all] of slow) {
    const longest = Math.round(Math.max(...all.map(({ ms }) => ms)));
    const [first, last] = [all[0], all.at(-1)].map((it) => seconds1((it?.atMs ?? 0) / 1000));
    violations.push(
      `${all.length} x ${name} took over ${slowMs} ms, up to ${longest} ms, from second ${first} to ${last}`,
    );
  }
  return { sent, booked, violations, latencies: latencies.summary() };
}
