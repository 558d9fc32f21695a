import { UserError } from '../../../dev/setup/user-error.mjs';

/** @typedef {import('../installation/http-client.mjs').HttpClient} HttpClient */
/** @typedef {import('./shops.mjs').MadeShop} MadeShop */

const atATime = 16;

/** Each visitor has its own IP address, and therefore its own rate limits. @param {number} visitor */
const addressOf = (visitor) => `10.7.${(visitor >> 8) & 255}.${visitor & 255}`;

/**
 * Every visitor looks once: requests a shop and a week of its availability in parallel, as the pages do.
 *
 * @param {HttpClient} http
 * @param {readonly MadeShop[]} shops
 * @param {number} visitors
 */
export async function allVisitorsRead(http, shops, visitors) {
  await forEach(visitors, async (visitor) => {
    const { path, serviceId } = shops[visitor % shops.length] ?? { path: '', serviceId: '' };
    const caller = { address: addressOf(visitor) };
    const replies = await Promise.all([
      http.send('GET', path, undefined, caller),
      http.send(
        'GET',
        `${path}/availability?segment=${serviceId}:any&from=${fromDay}&days=7`,
        undefined,
        caller,
      ),
    ]);
    for (const { status, body } of replies)
      if (status !== 200) throw new UserError(`A look returned ${status}: ${JSON.stringify(body)}`);
  });
}

/**
 * Prepares bookings by the first visitors, distributed over the shops, each at a different time.
 *
 * @param {HttpClient} http
 * @param {readonly MadeShop[]} shops
 * @param {number} bookings
 */
export async function allVisitorsBook(http, shops, bookings) {
  const times = await Promise.all(shops.map((shop) => freeTimes(http, shop)));
  return async () => {
    await forEach(bookings, async (visitor) => {
      const shop = visitor % shops.length;
      const { path, serviceId } = shops[shop] ?? { path: '', serviceId: '' };
      const start = times[shop]?.[Math.floor(visitor / shops.length)];
      const client = { name: `Client ${visitor}`, email: `client-${visitor}@clients.example` };
      const body = { segments: [{ service_id: serviceId }], start, client };
      const reply = await http.send('POST', `${path}/bookings`, body, { address: addressOf(visitor) });
      if (reply.status !== 201)
        throw new UserError(`A booking returned ${reply.status}: ${JSON.stringify(reply.body)}`);
    });
  };
}

const fromDay = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);

/** @param {HttpClient} http @param {MadeShop} shop @returns {Promise<string[]>} */
async function freeTimes(http, { path, serviceId }) {
  const address = `${path}/availability?segment=${serviceId}:any&from=${fromDay}&days=14`;
  const { status, body } = await http.send('GET', address, undefined, { address: '10.8.0.1' });
  if (status !== 200) throw new UserError(`${address} returned ${status}: ${JSON.stringify(body)}`);
  const days = /** @type {{ starts: string[] }[]} */ (body.days);
  // Far enough apart that no two bookings overlap.
  return days.flatMap(({ starts }) => starts.filter((_, index) => index % 4 === 0));
}

/** Runs `work` with limited concurrency. @param {number} count @param {(index: number) => Promise<void>} work */
async function forEach(count, work) {
  let next = 0;
  const one = async () => {
    while (next < count) {
      const index = next;
      next += 1;
      await work(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atATime, count) }, one));
}
