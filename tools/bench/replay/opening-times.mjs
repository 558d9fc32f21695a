import { weekday } from '../../../apps/server/dist/time/dates.js';
import { union } from '../../../apps/server/dist/time/intervals.js';

/** @typedef {import('../../../apps/cli/dist/import/analyze-data-set.js').DataSetAnalysis} DataSetAnalysis */
/** @typedef {{ starts_minute: number, ends_minute: number }} Period */
/** @typedef {{ staffCode: string, date: string, periods: Period[] }} HoursException */

/** The working hours of the barbers: inferred weekly hours, extended on dates with an appointment outside of them. */
export class OpeningTimes {
  /** @type {Map<string, { code: string, week: Map<number, Period[]> }>} */
  #staff = new Map();
  /** @type {Map<string, HoursException>} */
  #exceptions = new Map();

  /** @param {DataSetAnalysis} analysis */
  constructor(analysis) {
    for (const { staff, code, hours } of analysis.staff) {
      const week = new Map(
        hours.schedule.map(({ weekday, periods }) => [weekday, /** @type {Period[]} */ (periods)]),
      );
      this.#staff.set(staff, { code, week });
    }
    for (const { rows } of analysis.appointments) for (const row of rows) this.#extendFor(row);
  }

  /** The dates with other hours than the weekly ones. @returns {HoursException[]} */
  get exceptions() {
    return [...this.#exceptions.values()];
  }

  /** @param {string} staff @param {string} date @returns {readonly Period[]} empty for an unknown barber */
  of(staff, date) {
    const member = this.#staff.get(staff);
    if (member === undefined) return [];
    const exception = this.#exceptions.get(`${member.code} ${date}`);
    return exception?.periods ?? member.week.get(weekday(date)) ?? [];
  }

  /** @param {import('../../../apps/cli/dist/import/files/bookings-file.js').SalonBooking} row */
  #extendFor({ staff, date, startsMinute, minutes }) {
    const endsMinute = startsMinute + minutes;
    const periods = this.of(staff, date);
    if (periods.some((it) => startsMinute >= it.starts_minute && endsMinute <= it.ends_minute)) return;
    const staffCode = this.#staff.get(staff)?.code ?? staff;
    const spans = [...periods, { starts_minute: startsMinute, ends_minute: endsMinute }].map((it) => ({
      startMs: it.starts_minute,
      endMs: it.ends_minute,
    }));
    const joined = union(spans).map(({ startMs, endMs }) => ({ starts_minute: startMs, ends_minute: endMs }));
    this.#exceptions.set(`${staffCode} ${date}`, { staffCode, date, periods: joined });
  }
}
