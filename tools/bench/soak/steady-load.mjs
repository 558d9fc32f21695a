import { setTimeout as delay } from 'node:timers/promises';
import { Latencies } from '../replay/latencies.mjs';

/** @typedef {import('../replay/planned-visits.mjs').PlannedBooking} PlannedBooking */
/** @typedef {import('../installation/http-client.mjs').Reply} Reply */

const maxTries = 5;
const seconds1 = (/** @type {number} */ value) => value.toFixed(1);

/**
 * So many requests a second, whether they are answered or not: the bookings of a plan evenly over the time, their
 * cancellations some seconds later, and looks for the rest. What gets no answer, or a 5xx, is sent again with the same
 * Idempotency-Key, as pages do.
 *
 * @param {object} options
 * @param {import('../replay/clients.mjs').Clients} options.clients
 * @param {readonly PlannedBooking[]} options.visits in the order of booking
 * @param {number} options.nowMs of the server
 * @param {number} options.perSecond
 * @param {number} options.seconds
 * @param {number} options.slowMs longest time of an answer
 * @param {(doneMs: number) => void} options.onProgress
 */
export async function steadyLoad({ clients, visits, nowMs, perSecond, seconds, slowMs, onProgress }) {
  const latencies = new Latencies();
  /** @type {Map<PlannedBooking, Reply>} */
  const booked = new Map();
  /** @type {string[]} */
  const violations = [];
  /** Answers that took too long, by what they were to: how long, and when they came. @type {Map<string, { ms: number, atMs: number }[]>} */
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
      violations.push(`${what} got ${reply.status} ${reply.body?.code ?? ''}`);
    return reply;
  }
  /** @param {string} name @param {string} what @param {() => Promise<Reply>} send */
  async function untilAnswered(name, what, send) {
    for (let attempt = 1; ; attempt += 1) {
      sent += 1;
      const reply = note(name, await send(), what);
      if ((reply.status !== 0 && reply.status < 500) || attempt === maxTries) return reply;
      await delay(200 * attempt);
    }
  }
  /** @param {PlannedBooking} visit */
  async function bookAndCancel(visit) {
    const name = `soak-${visit.id.replace(' ', '-')}`;
    const reply = await untilAnswered('POST booking', visit.id, () => clients.book(visit, name));
    booked.set(visit, reply);
    if (reply.status !== 201 && reply.body?.code !== 'slot_taken')
      violations.push(`${visit.id} was refused with ${reply.status} ${reply.body?.code}`);
    if (reply.status !== 201 || visit.cancelMs === null) return;
    await delay(3000);
    const cancelled = await untilAnswered('POST cancel', `the cancellation of ${visit.id}`, () =>
      clients.cancel(visit, reply, `${name}-off`),
    );
    if (cancelled.status !== 200) violations.push(`the cancellation of ${visit.id} got ${cancelled.status}`);
  }
  /** @param {PlannedBooking} visit */
  async function look(visit) {
    sent += 2;
    const [page, availability] = await clients.look(visit, nowMs);
    note('GET shop', page, 'the page');
    note('GET availability', availability, 'availability');
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
    for (; next < visits.length * Math.min(1, passedMs / (seconds * 1000)); next += 1) {
      const visit = visits[next];
      if (visit !== undefined) begin(bookAndCancel(visit));
    }
    while (sent < (passedMs / 1000) * perSecond) {
      const visit = visits[(turn * 7919 + sent) % visits.length];
      if (visit !== undefined) begin(look(visit));
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
