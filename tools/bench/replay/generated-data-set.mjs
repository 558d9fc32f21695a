import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomFrom } from '../../../apps/cli/dist/demo/random.js';
import { addDays } from '../../../apps/server/dist/time/dates.js';
import { salonShape as shape } from './salon-shape.mjs';

/** @typedef {{ client: string, staff: string, service: string, date: string, start: number, status: string, cancelledOn: string }} GeneratedRow */

/**
 * Writes the three files of a generated data set with the statistics of a real salon, reproducible by the seed.
 *
 * @param {string} folder is created
 * @param {string} seed
 * @param {{ share?: number }} [size] the fraction of the salon's half year, default 1
 * @returns {string} the folder
 */
export function writeGeneratedDataSet(folder, seed, { share = 1 } = {}) {
  const random = randomFrom(`book ${seed}`);
  const rows = makeRows(random, Math.max(1, Math.round(shape.rows * share)));
  const cancelled = Math.round(shape.cancelledInBook * share);
  for (const row of rows.slice(0, cancelled)) {
    row.status = 'cancelled';
    row.cancelledOn = daysBefore(row.date, weighted(random, shape.cancelledDaysBefore));
  }
  rows.sort((a, b) => a.date.localeCompare(b.date) || a.start - b.start);
  const others = Array.from({ length: Math.round(shape.cancelledElsewhere * share) }, () => {
    const { client, staff, service, date } = rows[Math.floor(random() * rows.length)] ?? makeRow(random);
    const cancelledOn = daysBefore(date, weighted(random, shape.cancelledDaysBefore));
    return [`${client}-again`, staff, service, date, cancelledOn, random() < 0.92 ? 'client' : 'shop'];
  });
  mkdirSync(folder, { recursive: true });
  write(folder, 'services.csv', [
    ['code', 'name', 'category', 'minutes', 'price_cents'],
    ...shape.services.map(([code, minutes, cents]) => [code, `Service ${code}`, 'made', minutes, cents]),
  ]);
  write(folder, 'bookings.csv', [
    ['client', 'staff', 'service', 'date', 'start', 'status', 'cancelled_on'],
    ...rows.map((row) => [
      row.client,
      row.staff,
      row.service,
      row.date,
      clock(row.start),
      row.status,
      row.cancelledOn,
    ]),
  ]);
  write(folder, 'cancellations.csv', [
    ['client', 'staff', 'service', 'booked_for', 'cancelled_on', 'cancelled_by'],
    ...rows
      .filter((row) => row.status === 'cancelled')
      .map((row) => [row.client, row.staff, row.service, row.date, row.cancelledOn, 'client']),
    ...others,
  ]);
  return folder;
}

/** @param {() => number} random @param {number} count */
function makeRows(random, count) {
  /** @type {GeneratedRow[]} */
  const rows = [];
  while (rows.length < count) {
    const row = makeRow(random);
    const busy = isBusy(rows, row);
    if (busy && random() > shape.overlapping) continue;
    rows.push(row);
    if (rows.length < count && random() < shape.secondService) {
      // Few second services begin exactly when the first one ends, and most have another barber.
      const gap = random() < 0.12 ? 0 : 10 * (1 + Math.floor(random() * 4));
      const staff = random() < 0.7 ? weighted(random, shape.staff) : row.staff;
      const start = row.start + minutesOf(row.service) + gap;
      const next = { ...row, service: randomService(random), staff, start };
      if (!isBusy(rows, next)) rows.push(next);
    }
  }
  return rows;
}

/** @param {() => number} random @returns {GeneratedRow} */
function makeRow(random) {
  return {
    client: `client-${String(Math.floor(random() ** 1.6 * shape.clients)).padStart(4, '0')}`,
    staff: weighted(random, shape.staff),
    service: randomService(random),
    date: randomDate(random),
    start: weighted(random, shape.hours) * 60 + weighted(random, shape.minutes),
    status: random() < shape.noShow ? 'no_show' : 'completed',
    cancelledOn: '',
  };
}

/** @param {() => number} random */
function randomService(random) {
  return weighted(
    random,
    shape.services.map(([code, , , share]) => /** @type {const} */ ([code, share])),
  );
}

/** @param {() => number} random */
function randomDate(random) {
  const first = `${weighted(random, shape.months)}-01`;
  const weekday = weighted(random, shape.weekdays);
  const firstWeekday = new Date(`${first}T00:00:00Z`).getUTCDay();
  return addDays(first, ((weekday - firstWeekday + 7) % 7) + 7 * Math.floor(random() * 4));
}

/** @param {readonly GeneratedRow[]} rows @param {GeneratedRow} candidate */
function isBusy(rows, { staff, date, service, start }) {
  return rows.some(
    (row) =>
      row.staff === staff &&
      row.date === date &&
      row.start < start + minutesOf(service) &&
      start < row.start + minutesOf(row.service),
  );
}

/** @param {string} code */
function minutesOf(code) {
  return shape.services.find(([known]) => known === code)?.[1] ?? 0;
}

/** @template T @param {() => number} random @param {readonly (readonly [T, number])[]} items @returns {T} */
function weighted(random, items) {
  let left = random() * items.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [item, weight] of items) {
    left -= weight;
    if (left < 0) return item;
  }
  const last = items.at(-1);
  if (last === undefined) throw new RangeError('The list of items is empty.');
  return last[0];
}

/** @param {string} date @param {number} days */
function daysBefore(date, days) {
  return addDays(date, -days);
}

/** @param {number} minute */
function clock(minute) {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

/** @param {string} folder @param {string} name @param {readonly (readonly (string | number)[])[]} lines */
function write(folder, name, lines) {
  writeFileSync(join(folder, name), `${lines.map((line) => line.join(',')).join('\n')}\n`);
}
