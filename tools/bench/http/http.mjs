import { join } from 'node:path';
import { operatorToken } from '../installation/environment.mjs';
import { httpClient } from '../installation/http-client.mjs';
import { openServices } from '../installation/services.mjs';
import { makeShop, shopPath } from '../installation/shop.mjs';
import { describeMachine, formatMachine } from '../machine.mjs';
import { progress } from '../progress.mjs';
import { writeGeneratedDataSet } from '../replay/generated-data-set.mjs';
import { makePlan, zone } from '../replay/plan.mjs';
import { median, rowTable } from '../rows.mjs';
import { count } from '../tables.mjs';
import { productionEnvironment, startApp } from './apps.mjs';
import { fillComingWeek } from './coming-week.mjs';
import { loadInTurns } from './load.mjs';

/** @typedef {import('../rows.mjs').Row} Row */

/** Processes of the app with the local tier. */
const processes = 3;
/** Passes over all targets, in forward and then in reverse order, for each of those processes. */
const cycles = 10;
const slicesOfEach = 2 * cycles * processes;
const connections = 64;

/** Minimum CPU time of a constant response, relative to a local hit. */
const localTarget = 0.9;
/** Minimum CPU time of a response without limits, relative to one with limits. */
const limitsTarget = 0.8;
/** The default limits. */
const limits = { RATE_LIMIT_ENABLED: 'true', TRUSTED_PROXIES: '127.0.0.0/8' };
/** Enough client addresses that none reaches its limit. */
const callers = 4000;

/**
 * Requests a week's availability over 64 connections: from the local tier, from Redis, and from the database, each
 * compared with a route of the same app that sends the same number of bytes. The load switches between the targets
 * every third of a second, so that other load on the machine affects all of them. The measured cost is the CPU time of
 * the app's process per response: it limits the throughput of a saturated server, and other load on the machine affects
 * it less than the throughput.
 *
 * @returns {Promise<{ rows: Row[], text: string, about: object }>}
 */
export async function benchHttp() {
  const services = await openServices();
  /** @type {import('./apps.mjs').App[]} */
  const started = [];
  try {
    const databaseUrl = await services.createDatabase('http');
    const where = { databaseUrl, redisUrl: services.redisUrl, keyPrefix: 'http', operatorToken };
    const start = async (
      /** @type {import('./app-process.mjs').AppOrder} */ order,
      /** @type {string} */ name,
      /** @type {Record<string, string>} */ env = {},
    ) => {
      const all = productionEnvironment(where, env);
      const app = await startApp({ order, env: all, log: services.log(`${name}.log`) });
      started.push(app);
      return app;
    };
    const setup = await start({ kind: 'app', localCache: true, constantBytes: 2 }, 'setup');
    const { path, bytes } = await makeAvailability(setup.url, join(services.folder, 'data-set'));

    const order = /** @type {const} */ ({ kind: 'app', constantBytes: bytes });
    /** @type {import("./apps.mjs").App[]} */
    const apps = [];
    for (let n = 1; n <= processes; n += 1)
      apps.push(await start({ ...order, localCache: true, limits }, `local-${n}`));
    const remote = await start({ ...order, localCache: false }, 'remote');
    const off = await start({ ...order, localCache: true }, 'off', { CACHE_ENABLED: 'false' });
    const bare = await start({ kind: 'bare', constantBytes: bytes }, 'bare');
    const raw = noSlices();
    const reportProgress = progress('Measuring http');
    for (const [number, app] of apps.entries()) {
      reportProgress(number, apps.length);
      const targets = {
        remote: { app: remote, url: `${remote.url}${path}` },
        off: { app: off, url: `${off.url}${path}` },
        bare: { app: bare, url: `${bare.url}/bench/constant` },
        constant: { app, url: `${app.url}/bench/constant` },
        local: { app, url: `${app.url}${path}` },
        unlimited: { app, url: `${app.url}${path}`, callers },
        limited: { app, url: `${app.limitedUrl}${path}`, callers },
      };
      await requireSources(targets);
      const slices = await loadInTurns(Object.values(targets), { connections, cycles });
      for (const [index, name] of names(targets).entries()) raw[name].push(...(slices[index] ?? []));
    }
    reportProgress(1, 1);
    const rows = rowsOf(raw);
    const machine = describeMachine(services.versions);
    const explanation =
      `CPU time of the app's process per response: medians of ${slicesOfEach} slices, ${connections} connections, ${bytes} bytes per response,\n` +
      `NODE_ENV=production, ${processes} processes of the app. Limits are off, except in the row "limits on": the default limits with\n` +
      `${callers} client addresses in rotation, so that every response is a 200. Ratio: the peer's time divided by ours, the median\n` +
      `over adjacent slices. Spread: the middle half of the slices is within it.\n`;
    const perSecond = Object.fromEntries(
      names(raw).map((name) => [name, median(raw[name].map((slice) => slice.perSecond))]),
    );
    const about = { machine, slices: slicesOfEach, connections, bytes, perSecond };
    const throughput = Object.entries(perSecond).map(([name, value]) => `${name} ${count(value)}`);
    const rates = `Responses per second, including the effect of other load on this machine: ${throughput.join(', ')}\n`;
    return { rows, text: `${explanation}\n${rowTable(rows)}\n${rates}${formatMachine(machine)}\n`, about };
  } finally {
    await Promise.all(started.map((app) => app.stop()));
    await services.stop();
  }
}

/** Creates a shop with bookings. Returns the path of its availability and the size of that response. @param {string} url @param {string} folder */
async function makeAvailability(url, folder) {
  const plan = await makePlan({ folder: writeGeneratedDataSet(folder, '1'), seed: '1', looks: 0 });
  const http = httpClient(url);
  const shop = { ...plan, exceptions: [] };
  const { serviceIds } = await makeShop({ url, plan: shop, zone, http });
  const path = await fillComingWeek(http, shopPath, serviceIds.get('CUT60') ?? '');
  const { body } = await http.send('GET', path);
  http.close();
  return { path, bytes: Buffer.byteLength(JSON.stringify(body)) };
}

/** Checks that the responses come from the intended source. @param {Record<'local' | 'limited' | 'remote' | 'off', { url: string }>} targets */
async function requireSources({ local, limited, remote, off }) {
  for (const [{ url }, expected] of /** @type {const} */ ([
    [local, 'local'],
    [limited, 'local'],
    [remote, 'remote'],
    [off, 'miss'],
  ])) {
    const http = httpClient(new URL(url).origin);
    let source = '';
    // The first request fills the cache.
    for (let request = 0; request < 10 && source !== expected; request += 1) {
      const { headers } = await http.send('GET', pathOf(url));
      source = String(headers['x-cache']);
    }
    http.close();
    if (source !== expected) throw new Error(`The source of ${url} is ${source} instead of ${expected}`);
  }
}

/** @param {string} url */
function pathOf(url) {
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}

/** @template {string} Name @param {Record<Name, unknown>} record */
const names = (record) => /** @type {Name[]} */ (Object.keys(record));

/** @typedef {import('./load.mjs').Slice} Slice */
/** @typedef {Record<'local' | 'remote' | 'off' | 'unlimited' | 'limited' | 'constant' | 'bare', Slice[]>} Slices */

/** @returns {Slices} */
function noSlices() {
  return { remote: [], off: [], bare: [], constant: [], local: [], unlimited: [], limited: [] };
}

/** @param {Slices} raw @returns {Row[]} */
function rowsOf(raw) {
  /** @param {string} name @param {Slice[]} slices @param {Record<string, Slice[]>} peer @param {number | null} target @returns {Row} */
  const against = (name, slices, peer, target) => {
    const cpuUs = slices.map((slice) => slice.cpuUs);
    const peers = Object.fromEntries(
      Object.entries(peer).map(([key, peerSlices]) => [key, median(peerSlices.map((slice) => slice.cpuUs))]),
    );
    const [peerSlices = []] = Object.values(peer);
    // Per slice: both were measured at nearly the same time, under the same load of the machine.
    const ratio = median(cpuUs.map((us, index) => (peerSlices[index]?.cpuUs ?? 0) / us));
    const met = target === null ? null : ratio >= target;
    return { name, unit: 'us', raw: middleHalf(cpuUs), ours: median(cpuUs), peers, ratio, target, met };
  };
  const { constant, bare, unlimited } = raw;
  return [
    against('availability, local hit', raw.local, { constant }, localTarget),
    against('availability, remote hit', raw.remote, { constant }, null),
    against('availability, cache off', raw.off, { constant }, null),
    against('availability, local hit, limits on', raw.limited, { 'limits off': unlimited }, limitsTarget),
    against('constant bytes, same app', constant, { 'bare Fastify': bare }, null),
  ];
}

/** Without the outliers: other load on the machine can make single slices several times as long. @param {number[]} values */
function middleHalf(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.slice(Math.floor(sorted.length / 4), Math.ceil((sorted.length * 3) / 4));
}
