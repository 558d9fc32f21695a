import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../../../dev/setup/user-error.mjs';
import { startApp } from '../http/apps.mjs';
import { developmentEnvironment } from '../installation/environment.mjs';
import { httpClient } from '../installation/http-client.mjs';
import { spawnServer } from '../installation/server-process.mjs';
import { bytesOfShops, costOfBookings, measureIdleCost, measureReadCost } from './costs.mjs';
import { makeShops } from './shops.mjs';

/** @typedef {import('../installation/services.mjs').Services} Services */
/** @typedef {import('./probe.mjs').Probe} Probe */
/** @typedef {Record<string, number>} Constants */

const shopsOfEachSize = 10;
const barbers = { small: 2, large: 8 };
const order = /** @type {const} */ ({ kind: 'app', localCache: false, constantBytes: 2 });

/**
 * One round on an empty database and an empty Redis. The measured api has no local tier, so that every look queries
 * Redis: this is the maximum that a fleet needs.
 *
 * @param {{ services: Services, probe: Probe, number: number, onProgress: (step: number) => void }} options
 * @returns {Promise<Constants>}
 */
export async function measureRound({ services, probe, number, onProgress }) {
  const name = `sizing${number}`;
  const databaseUrl = await services.createDatabase(name);
  const env = developmentEnvironment({ databaseUrl, redisUrl: services.redisUrl, keyPrefix: name }, {});
  const log = (/** @type {string} */ role) => services.log(`${name}-${role}.log`);
  const shops = await makeAll({ ...env, RATE_LIMIT_ENABLED: 'false' }, log('setup'));
  onProgress(1);

  await probe.empty();
  const worker = spawnServer({ entry: 'worker', env, log: log('worker') });
  /** @type {{ stop: () => Promise<void> }[]} */
  const started = [worker];
  try {
    const ofWorker = await whenConnected(probe, 0);
    const apiWithLocalTier = await startApp({
      order: { ...order, localCache: true },
      env,
      log: log('api-with-local-tier'),
    });
    started.push(apiWithLocalTier);
    const ofBoth = await whenConnected(probe, ofWorker.count);
    await apiWithLocalTier.stop();
    const api = await startApp({ order, env, log: log('api') });
    started.push(api);
    await whenConnected(probe, ofWorker.count);
    return {
      connectionBytes: ofBoth.bytesEach,
      apiConnections: ofBoth.count - ofWorker.count,
      workerConnections: ofWorker.count,
      ...(await measureCosts({
        url: api.url,
        probe,
        shops,
        onProgress,
        connect: () => services.connect(name),
      })),
    };
  } finally {
    await Promise.all(started.map((it) => it.stop()));
  }
}

/** @typedef {Awaited<ReturnType<typeof makeAll>>} Shops */

/** @param {{ url: string, probe: Probe, shops: Shops, onProgress: (step: number) => void, connect: () => Promise<import('pg').Client> }} options */
async function measureCosts({ url, probe, shops: { small, large }, onProgress, connect }) {
  const http = httpClient(url);
  const database = await connect();
  try {
    const idle = await measureIdleCost(probe);
    onProgress(2);
    const ofSmall = await bytesOfShops(http, probe, small);
    const ofLarge = await bytesOfShops(http, probe, large);
    onProgress(3);
    const all = [...small, ...large];
    const look = await measureReadCost(http, probe, all, idle);
    onProgress(4);
    const booking = await costOfBookings(http, probe, all, idle, database);
    onProgress(5);
    const barberBytes = perBarber(ofSmall.shop, ofLarge.shop);
    const barberDayBytes = perBarber(ofSmall.day, ofLarge.day);
    return {
      shopBytes: ofSmall.shop - barbers.small * barberBytes,
      barberBytes,
      shopDayBytes: ofSmall.day - barbers.small * barberDayBytes,
      barberDayBytes,
      visitorBytes: look.visitorBytes,
      bookingBytes: booking.leftBytes,
      readCommands: look.commands,
      readReceivedBytes: look.receivedBytes,
      readSentBytes: look.sentBytes,
      readCpuMicroseconds: look.cpuMicroseconds,
      readApiCpuMicroseconds: look.apiCpuMicroseconds,
      bookingCommands: booking.commands,
      bookingReceivedBytes: booking.receivedBytes,
      bookingSentBytes: booking.sentBytes,
      bookingCpuMicroseconds: booking.cpuMicroseconds,
      idleCommandsPerSecond: idle.commands / (idle.atMs / 1000) / 2,
    };
  } finally {
    http.close();
    await database.end();
  }
}

/** @param {number} ofSmall @param {number} ofLarge */
const perBarber = (ofSmall, ofLarge) => (ofLarge - ofSmall) / (barbers.large - barbers.small);

/** Creates the shops of a round through an api without limits. @param {Readonly<Record<string, string>>} env @param {string} log */
async function makeAll(env, log) {
  const setupApi = await startApp({ order, env, log });
  const http = httpClient(setupApi.url);
  try {
    return {
      small: await makeShops(http, { count: shopsOfEachSize, barbers: barbers.small }),
      large: await makeShops(http, { count: shopsOfEachSize, barbers: barbers.large }),
    };
  } finally {
    http.close();
    await setupApi.stop();
  }
}

/** Waits until there are more connections than before, and their number is stable for three seconds. @param {Probe} probe @param {number} before */
async function whenConnected(probe, before) {
  let last = 0;
  let same = 0;
  for (let attempt = 0; attempt < 60; attempt += 1) {
    const now = await probe.connections();
    same = now.count === last ? same + 1 : 0;
    if (now.count > before && same >= 3) return now;
    last = now.count;
    await delay(1000);
  }
  throw new UserError('The number of connections to Redis did not become stable within a minute.');
}
