import { UserError } from '../../../dev/setup/user-error.mjs';
import { operatorToken } from '../installation/environment.mjs';

/** @typedef {import('../installation/http-client.mjs').HttpClient} HttpClient */
/** @typedef {{ slug: string, path: string, serviceId: string }} MadeShop */

const servicesOfShop = 12;
const schedule = [1, 2, 3, 4, 5, 6].map((weekday) => ({
  weekday,
  periods: [{ starts_minute: 540, ends_minute: 1080 }],
}));

/**
 * Creates shops with this number of barbers each. Every barber offers all twelve services and works six days a week.
 *
 * @param {HttpClient} http
 * @param {{ count: number, barbers: number }} options
 * @returns {Promise<MadeShop[]>}
 */
export async function makeShops(http, { count, barbers }) {
  const shops = [];
  for (let number = 1; number <= count; number += 1) {
    const slug = `shop-of-${barbers}-number-${number}`;
    const path = `/api/v1/shops/${slug}`;
    const name = `Barbers of ${barbers}, number ${number}`;
    const place = { zone: 'America/New_York', currency: 'USD', country: 'US', address: '12 Harbour Lane' };
    await post(http, '/api/v1/shops', { organisation: { slug, name }, slug, name, ...place });
    /** @type {string[]} */
    const ids = [];
    for (let service = 1; service <= servicesOfShop; service += 1) {
      const { id } = await post(http, `${path}/services`, {
        code: `S${service}`,
        name: `Service number ${service}`,
        category: service % 2 === 0 ? 'Hair' : 'Beard',
        description: 'As long as it takes, and a hot towel with it.',
        duration_minutes: 20 + 5 * (service % 4),
        price_cents: 2000 + 100 * service,
      });
      ids.push(id);
    }
    for (let barber = 1; barber <= barbers; barber += 1)
      await post(http, `${path}/barbers`, { name: `Barber ${barber}`, service_ids: ids, schedule });
    shops.push({ slug, path, serviceId: ids[0] ?? '' });
  }
  return shops;
}

/** Loads the page, the menu and the next days of shops into the cache. @param {HttpClient} http @param {readonly MadeShop[]} shops @param {number} days */
export async function warm(http, shops, days) {
  for (const { slug } of shops) await post(http, '/api/v1/cache/warm-up', { shop: slug, days });
}

/** @param {HttpClient} http @param {string} path @param {object} body */
async function post(http, path, body) {
  const reply = await http.send('POST', path, body, { token: operatorToken });
  if (reply.status < 200 || reply.status > 299)
    throw new UserError(`POST ${path} returned ${reply.status}: ${JSON.stringify(reply.body)}`);
  return reply.body;
}
