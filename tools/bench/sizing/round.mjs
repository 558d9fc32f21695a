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
 * One round on an empty database and an empty Redis. The api that is looked at has no local tier, so that every look asks
 * Redis: what a fleet needs at the most, whatever its processes keep for themselves.
 *
 * @param {{ services: Services, probe: Probe, number: number, told: (step: number) => void }} options
 * @returns {Promise<Constants>}
 */
export async function measureRound({ services, probe, number, told }) {
  const name = `sizing${number}`;
  const databaseUrl = await services.createDatabase(name);
  const env = developmentEnvironment({ databaseUrl, redisUrl: services.redisUrl, keyPrefix: name }, {});
  const log = (/** @type {string} */ role) => services.log(`${name}-${role}.log`);
  const shops = await makeAll({ ...env, RATE_LIMIT_ENABLED: 'false' }, log('setup'));
  told(1);

  await probe.empty();
  const worker = spawnServer({ entry: 'worker', env, log: log('worker') });
  /** @type {{ stop: () => Promise<void> }[]} */
  const started = [worker];
  try {
    const ofWorker = await whenConnected(probe, 0);
    const whole = await startApp({ order: { ...order, localCache: true }, env, log: log('whole') });
    started.push(whole);
    const ofBoth = await whenConnected(probe, ofWorker.count);
    await whole.stop();
    const api = await startApp({ order, env, log: log('api') });
    started.push(api);
    await whenConnected(probe, ofWorker.count);
    return {
      connectionBytes: ofBoth.bytesEach,
      apiConnections: ofBoth.count - ofWorker.count,
      workerConnections: ofWorker.count,
      ...(await measureCosts({ url: api.url, probe, shops, told, connect: () => services.connect(name) })),
    };
  } finally {
    await Promise.all(started.map((it) => it.stop()));
  }
}

/** @typedef {Awaited<ReturnType<typeof makeAll>>} Shops */

/** @param {{ url: string, probe: Probe, shops: Shops, told: (step: number) => void, connect: () => Promise<import('pg').Client> }} options */
async function measureCosts({ url, probe, shops: { small, large }, told, connect }) {
  const http = httpClient(url);
  const database = await connect();
  try {
    const idle = await measureIdleCost(probe);
    told(2);
    const ofSmall = await bytesOfShops(http, probe, small);
    const ofLarge = await bytesOfShops(http, probe, large);
    told(3);
    const all = [...small, ...large];
    const look = await measureReadCost(http, probe, all, idle);
    told(4);
    const booking = await costOfBookings(http, probe, all, idle, database);
    told(5);
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

/** The shops of a round, by an api without limits. @param {Readonly<Record<string, string>>} env @param {string} log */
async function makeAll(env, log) {
  const maker = await startApp({ order, env, log });
  const http = httpClient(maker.url);
  try {
    return {
      small: await makeShops(http, { count: shopsOfEachSize, barbers: barbers.small }),
      large: await makeShops(http, { count: shopsOfEachSize, barbers: barbers.large }),
    };
  } finally {
    http.close();
    await maker.stop();
  }
}

/** Waits until there are more connections than before, and as many for three seconds. @param {Probe} probe @param {number} before */
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
  throw new UserError('The processes do not settle on a number of connections to Redis.');
}
