import { developmentEnvironment } from '../installation/environment.mjs';
import { httpClient } from '../installation/http-client.mjs';
import { spawnServer } from '../installation/server-process.mjs';
import { makeShop } from '../installation/shop.mjs';
import { zone } from './plan.mjs';

/** @typedef {import('../installation/services.mjs').Services} Services */

/**
 * Starts an api and a worker with their own database and creates the shop. The shop is created through an api without
 * limits, because the operator's limits are too low for a script. Then the measured processes start.
 *
 * @param {{ services: Services, name: string, plan: import('./plan.mjs').Plan, env: Readonly<Record<string, string>>, atMs: number, afterSetUp?: () => Promise<unknown> }} options
 */
export async function installShop({ services, name, plan, env, atMs, afterSetUp }) {
  const databaseUrl = await services.createDatabase(name);
  const where = { databaseUrl, redisUrl: services.redisUrl, keyPrefix: name };
  const common = { CLOCK: 'parent', ...env };
  const withoutLimits = developmentEnvironment(where, { ...common, RATE_LIMIT_ENABLED: 'false' });
  const setupApi = spawnServer({ entry: 'api', env: withoutLimits, log: services.log(`${name}-setup.log`) });
  /** @type {Awaited<ReturnType<typeof makeShop>>} */
  let ids;
  try {
    const url = await setupApi.listening();
    await setupApi.setClock(atMs);
    const http = httpClient(url);
    ids = await makeShop({ url, plan, zone, http });
    http.close();
  } finally {
    await setupApi.stop();
  }
  await afterSetUp?.();

  const measured = developmentEnvironment(where, common);
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
