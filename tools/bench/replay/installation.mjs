import { developmentEnvironment } from '../installation/environment.mjs';
import { httpClient } from '../installation/http-client.mjs';
import { spawnServer } from '../installation/server-process.mjs';
import { makeShop } from '../installation/shop.mjs';
import { zone } from './plan.mjs';

/** @typedef {import('../installation/services.mjs').Services} Services */

/**
 * A shop that can be booked: api and worker in processes of their own, on a database of their own. The shop is made
 * first by an api without limits, since the operator's own are for people; then the processes start that are measured.
 *
 * @param {{ services: Services, name: string, plan: import('./plan.mjs').Plan, env: Readonly<Record<string, string>>, atMs: number, afterSetUp?: () => Promise<unknown> }} options
 */
export async function installShop({ services, name, plan, env, atMs, afterSetUp }) {
  const databaseUrl = await services.createDatabase(name);
  const where = { databaseUrl, redisUrl: services.redisUrl, keyPrefix: name };
  const everywhere = { CLOCK: 'parent', ...env };
  const withoutLimits = developmentEnvironment(where, { ...everywhere, RATE_LIMIT_ENABLED: 'false' });
  const maker = spawnServer({ entry: 'api', env: withoutLimits, log: services.log(`${name}-setup.log`) });
  /** @type {Awaited<ReturnType<typeof makeShop>>} */
  let ids;
  try {
    const url = await maker.listening();
    await maker.setClock(atMs);
    const http = httpClient(url);
    ids = await makeShop({ url, plan, zone, http });
    http.close();
  } finally {
    await maker.stop();
  }
  await afterSetUp?.();

  const measured = developmentEnvironment(where, everywhere);
  const api = spawnServer({ entry: 'api', env: measured, log: services.log(`${name}-api.log`) });
  const worker = spawnServer({ entry: 'worker', env: measured, log: services.log(`${name}-worker.log`) });
  const stop = async () => void (await Promise.all([api.stop(), worker.stop()]));
  try {
    const url = await api.listening();
    const setClock = (/** @type {number} */ nowMs, rate = 0) =>
      Promise.all([api.setClock(nowMs, rate), worker.setClock(nowMs, rate)]);
    await setClock(atMs);
    return { name, url, ids, setClock, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
