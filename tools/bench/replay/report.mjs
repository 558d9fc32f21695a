import { noPaint } from '../../../apps/cli/dist/shared/terminal/paint.js';
import { recommendTtls } from '../../../apps/cli/dist/tune/assess-all.js';
import { tuningLines } from '../../../apps/cli/dist/tune/tuning-lines.js';
import { count, milliseconds, percent, table } from '../tables.mjs';

/** @typedef {import('./replay.mjs').ReplayResult} ReplayResult */

const titles = /** @type {Record<string, string>} */ ({
  virtual: 'cache, simulated time',
  real: 'cache, real time',
  off: 'no cache',
});

/** @param {import('./plan.mjs').Plan['facts']} facts */
export function formatPlan(facts) {
  return `${count(facts.rows)} rows of bookings and ${count(facts.cancellations)} cancellations become ${count(facts.bookingsAsked)} booking requests, ${count(facts.severalServices)} of them for several
services. ${count(facts.rowsThatOverlap)} rows overlap an earlier row of the same barber; the later request is refused.
${count(facts.cancellationsRepeated)} cancellations are repetitions, and for ${count(facts.cancellationsWithoutTime)} there was no free time near their day. On ${count(facts.exceptions)} dates a barber
works longer than the inferred weekly hours, because the data set has an appointment outside of them.
`;
}

/** One column per run. @param {readonly ReplayResult[]} results */
export function resultTable(results) {
  /** @param {string} name @param {(result: ReplayResult) => string} cell */
  const row = (name, cell) => [name, ...results.map(cell)];
  const reasons = [...new Set(results.flatMap(({ outcome }) => Object.keys(outcome.refusedBecause)))].sort();
  const endpoints = [...new Set(results.flatMap(({ latencies }) => latencies.map(({ name }) => name)))];
  return table([
    row('', ({ name }) => titles[name] ?? name),
    row('bookings accepted', ({ outcome }) => count(outcome.accepted)),
    row('  rows of the data set', ({ outcome }) => count(outcome.acceptedRows)),
    ...reasons.map((reason) =>
      row(`bookings refused: ${reason}`, ({ outcome }) => count(outcome.refusedBecause[reason] ?? 0)),
    ),
    row('  rows of the data set', ({ outcome }) => count(outcome.refusedRows)),
    row('unexpected results', ({ outcome }) => count(outcome.violations.length)),
    row('cancelled', ({ counts }) => count(counts.cancelled)),
    row('overlapping pairs (SQL)', ({ counts }) => count(counts.overlaps)),
    row('booked twice (SQL)', ({ counts }) => count(counts.bookedTwice)),
    row('confirmations sent', ({ counts }) => count(counts.confirmationsSent)),
    row('cancellation mails sent', ({ counts }) => count(counts.cancellationsSent)),
    row('active without one mail (SQL)', ({ counts }) => count(counts.bookingsWithoutMail)),
    row('hit rate, shop page', ({ cache }) => percent(cache.page.hitRate)),
    row('hit rate, availability', ({ cache }) => percent(cache.availability.hitRate)),
    row('hit rate, all lookups', ({ cache }) => percent(cache.lookups)),
    row('SQL statements', ({ statements }) => count(statements.all)),
    row('  of the outbox', ({ statements }) => count(statements.ofOutbox)),
    row('  other reads', ({ statements }) => count(statements.reads)),
    row('rate-limited requests', ({ limits }) => count(limits.refused)),
    ...endpoints.map((endpoint) =>
      row(`${endpoint}, ms p50/p95/p99`, ({ latencies }) => {
        const found = latencies.find(({ name }) => name === endpoint);
        if (found === undefined) return '-';
        return [found.p50, found.p95, found.p99].map(milliseconds).join(' / ');
      }),
    ),
    row('seconds', ({ seconds }) => seconds.toFixed(1)),
  ]);
}

export const notes = `Simulated time: cache entries expire by the replay's clock, as in a real shop. Real time: they expire by the machine's
clock; since months take a minute, far more entries are fresh than in a shop. An availability response is a hit when all
of its days are hits. All lookups: the cache lookups of all processes, including single days. Statements are counted with
pg_stat_statements, including BEGIN and COMMIT. Commits do not wait for the disk. Hit rates and statements vary slightly
from run to run, because TTLs have jitter. Bookings do not.
`;

/** @param {readonly ReplayResult[]} results */
export function formatViolations(results) {
  const all = results.flatMap(({ name, violations }) =>
    violations.map((text) => `  ${titles[name] ?? name}: ${text}`),
  );
  if (all.length === 0) return 'Every booking has the expected result.\n';
  const shown = all.slice(0, 50);
  const more = all.length - shown.length;
  return `${all.length} violations:\n${shown.join('\n')}\n${more > 0 ? `  and ${more} more\n` : ''}`;
}

/** The output of `bookedbarber tune` after the run. @param {import('@bookedbarber/contract').CacheTuning} tuning */
export function formatTuning(tuning) {
  const lines = tuningLines(tuning, recommendTtls(tuning), 100, noPaint);
  return ['TTL simulation, in simulated time:', '', ...lines, ''].join('\n');
}
