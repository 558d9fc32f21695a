import { noPaint } from '../../../apps/cli/dist/shared/terminal/paint.js';
import { recommendTtls } from '../../../apps/cli/dist/tune/assess-all.js';
import { tuningLines } from '../../../apps/cli/dist/tune/tuning-lines.js';
import { count, milliseconds, percent, table } from '../tables.mjs';

/** @typedef {import('./replay.mjs').ReplayResult} ReplayResult */

const titles = /** @type {Record<string, string>} */ ({
  virtual: 'cache, salon time',
  real: 'cache, real time',
  off: 'no cache',
});

/** @param {import('./plan.mjs').Plan['facts']} facts */
export function formatPlan(facts) {
  return `${count(facts.rows)} rows of bookings and ${count(facts.cancellations)} cancellations become ${count(facts.bookingsAsked)} bookings to ask for,
${count(facts.severalServices)} of them of several services. ${count(facts.rowsThatOverlap)} rows overlap an earlier row of the same person; which of them is
refused is decided by who asks first. ${count(facts.cancellationsRepeated)} cancellations repeat another, and ${count(facts.cancellationsWithoutTime)} found no free time near their day.
On ${count(facts.exceptions)} dates somebody works longer than their inferred week, because the book has a visit there.
`;
}

/** One column for each run. @param {readonly ReplayResult[]} results */
export function resultTable(results) {
  /** @param {string} name @param {(result: ReplayResult) => string} cell */
  const row = (name, cell) => [name, ...results.map(cell)];
  const reasons = [...new Set(results.flatMap(({ outcome }) => Object.keys(outcome.refusedBecause)))].sort();
  const endpoints = [...new Set(results.flatMap(({ latencies }) => latencies.map(({ name }) => name)))];
  return table([
    row('', ({ name }) => titles[name] ?? name),
    row('bookings accepted', ({ outcome }) => count(outcome.accepted)),
    row('  rows of the book in them', ({ outcome }) => count(outcome.acceptedRows)),
    ...reasons.map((reason) =>
      row(`bookings refused: ${reason}`, ({ outcome }) => count(outcome.refusedBecause[reason] ?? 0)),
    ),
    row('  rows of the book in them', ({ outcome }) => count(outcome.refusedRows)),
    row('not as the book says', ({ outcome }) => count(outcome.violations.length)),
    row('cancelled', ({ counts }) => count(counts.cancelled)),
    row('overlapping pairs (SQL)', ({ counts }) => count(counts.overlaps)),
    row('booked twice (SQL)', ({ counts }) => count(counts.bookedTwice)),
    row('confirmations sent', ({ counts }) => count(counts.confirmationsSent)),
    row('cancellations told', ({ counts }) => count(counts.cancellationsSent)),
    row('standing without one mail', ({ counts }) => count(counts.bookingsWithoutMail)),
    row('hit rate, shop page', ({ cache }) => percent(cache.page.hitRate)),
    row('hit rate, availability', ({ cache }) => percent(cache.availability.hitRate)),
    row('hit rate, look-ups', ({ cache }) => percent(cache.lookups)),
    row('statements', ({ statements }) => count(statements.all)),
    row('  of the outbox', ({ statements }) => count(statements.ofOutbox)),
    row('  other reads', ({ statements }) => count(statements.reads)),
    row('refused by limits', ({ limits }) => count(limits.refused)),
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

export const notes = `salon time: the cache's entries age as the salon's time passes. real time: they age as this machine's does, and since
months pass in a minute, far more is fresh than in a shop. An answer about availability is a hit when all of its days
are. look-ups: of all processes, single days included. Statements are counted by pg_stat_statements, BEGIN and COMMIT
included. Commits do not wait for the disk. Hit rates and statements differ a little from run to run, since entries end
at slightly random times; bookings do not.
`;

/** @param {readonly ReplayResult[]} results */
export function formatViolations(results) {
  const all = results.flatMap(({ name, violations }) =>
    violations.map((text) => `  ${titles[name] ?? name}: ${text}`),
  );
  if (all.length === 0) return 'Every booking came out as the book says.\n';
  const shown = all.slice(0, 50);
  const more = all.length - shown.length;
  return `${all.length} violations:\n${shown.join('\n')}\n${more > 0 ? `  and ${more} more\n` : ''}`;
}

/** What `bookedbarber tune` would say after the run. @param {import('@bookedbarber/contract').CacheTuning} tuning */
export function formatTuning(tuning) {
  const lines = tuningLines(tuning, recommendTtls(tuning), 100, noPaint);
  return ['What other times of cached data would have come to, in salon time:', '', ...lines, ''].join('\n');
}
