import { UserError } from '../../../../dev/setup/user-error.mjs';
import { operatorToken } from '../../installation/environment.mjs';

/** @typedef {import('../../installation/http-client.mjs').HttpClient} HttpClient */
/** @typedef {{ path: string, serviceId: string }} SoakShop */

const hour = 3_600_000;
const startsPerDay = 24;
const week = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({
  weekday,
  periods: [{ starts_minute: 0, ends_minute: 1440 }],
}));

/**
 * Creates shops that are open around the clock and have no quiet hours for reminders.
 *
 * @param {HttpClient} http @param {{ shops: number, barbers: number }} counts @returns {Promise<SoakShop[]>}
 */
export async function makeShops(http, { shops, barbers }) {
  /** @param {string} path @param {object} body */
  const post = async (path, body) => {
    const reply = await http.send('POST', path, body, { token: operatorToken });
    if (reply.status !== 201)
      throw new UserError(`POST ${path} returned ${reply.status}: ${JSON.stringify(reply.body)}`);
    return reply.body;
  };
  /** @type {SoakShop[]} */
  const created = [];
  for (let number = 1; number <= shops; number += 1) {
    const slug = `soak-${number}`;
    const path = `/api/v1/shops/${slug}`;
    await post('/api/v1/shops', {
      organisation: { slug, name: 'Soak' },
      slug,
      name: `Soak ${number}`,
      zone: 'UTC',
      currency: 'USD',
      country: 'US',
      policy: { min_notice_minutes: 0, change_notice_minutes: 0, max_advance_days: 365, quiet_hours: null },
    });
    const cut = { code: 'CUT', name: 'Cut', duration_minutes: 60, price_cents: 3000 };
    const { id } = await post(`${path}/services`, cut);
    for (let barber = 1; barber <= barbers; barber += 1)
      await post(`${path}/barbers`, { name: `Barber ${barber}`, service_ids: [id], schedule: week });
    created.push({ path, serviceId: id });
  }
  return created;
}

/** The first day with appointments: far enough ahead that no reminder is due yet. */
export function firstDayMs() {
  return (Math.floor(Date.now() / (startsPerDay * hour)) + 3) * startsPerDay * hour;
}

/** The start of appointment `number` of a shop with this number of barbers. @param {number} fromMs @param {number} number @param {number} barbers */
export function startOf(fromMs, number, barbers) {
  return new Date(fromMs + Math.floor(number / barbers) * hour).toISOString();
}
