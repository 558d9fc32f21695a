import { join } from 'node:path';
import { operatorToken } from '../installation/environment.mjs';
import { httpClient } from '../installation/http-client.mjs';
import { openServices } from '../installation/services.mjs';
import { makeShop, shopPath } from '../installation/shop.mjs';
import { describeMachine, formatMachine } from '../machine.mjs';
import { progress } from '../progress.mjs';
import { writeGeneratedDataSet } from '../replay/made-book.mjs';
import { makePlan, zone } from '../replay/plan.mjs';
import { median, rowTable } from '../rows.mjs';
import { count } from '../tables.mjs';
import { productionEnvironment, startApp } from './apps.mjs';
import { fillComingWeek } from './coming-week.mjs';
import { loadInTurns } from './load.mjs';

/** @typedef {import('../rows.mjs').Row} Row */

/** Of the app that is compared with itself. */
const processes = 3;
/** Times that each is asked, there and back, for each of those processes. */
const cycles = 10;
const slicesOfEach = 2 * cycles * processes;
const connections = 64;

/** What an answer of constant bytes costs, as a share of what one from the memory of the process costs: at least. */
const localTarget = 0.9;
/** What an answer without limits costs, as a share of what one with them costs: at least. */
const limitsTarget = 0.8;
/** The shipped ones. */
const limits = { RATE_LIMIT_ENABLED: 'true', TRUSTED_PROXIES: '127.0.0.0/8' };
/** So many that none reaches its limit. */
const callers = 4000;

/**
 * The availability of a week, asked for by 64 connections: from the memory of the process, from Redis, and from the
 * database, each beside a route of the same app that sends the same number of bytes. All are asked in turns of a third of a
 * second, so that a slow moment of the machine is one for all. What an answer costs is the CPU time of
 * the app's process: a server that is full gives as many answers as its CPU time allows, and unlike those it is the same
 * when others use the machine too.
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
    const maker = await start({ kind: 'app', localCache: true, constantBytes: 2 }, 'maker');
    const { path, bytes } = await makeAvailability(maker.url, join(services.folder, 'book'));

    const order = /** @type {const} */ ({ kind: 'app', constantBytes: bytes });
    /** @type {import("./apps.mjs").App[]} */
    const apps = [];
    for (let n = 1; n <= processes; n += 1)
      apps.push(await start({ ...order, localCache: true, limits }, `local-${n}`));
    const remote = await start({ ...order, localCache: false }, 'remote');
    const off = await start({ ...order, localCache: true }, 'off', { CACHE_ENABLED: 'false' });
    const bare = await start({ kind: 'bare', constantBytes: bytes }, 'bare');
    const raw = noSlices();
    const told = progress('Measuring http');
    for (const [number, app] of apps.entries()) {
      told(number, apps.length);
      const subjects = {
        remote: { app: remote, url: `${remote.url}${path}` },
        off: { app: off, url: `${off.url}${path}` },
        bare: { app: bare, url: `${bare.url}/bench/constant` },
        constant: { app, url: `${app.url}/bench/constant` },
        local: { app, url: `${app.url}${path}` },
        unlimited: { app, url: `${app.url}${path}`, callers },
        limited: { app, url: `${app.limitedUrl}${path}`, callers },
      };
      await requireSources(subjects);
      const slices = await loadInTurns(Object.values(subjects), { connections, cycles });
      for (const [index, name] of names(subjects).entries()) raw[name].push(...(slices[index] ?? []));
    }
    told(1, 1);
    const rows = rowsOf(raw);
    const machine = describeMachine(services.versions);
    const words =
      `CPU time of an answer in the app's process, medians of ${slicesOfEach} slices, ${connections} connections,\n` +
      `${bytes} bytes an answer, NODE_ENV=production. Limits are off but where it is said: there they are the shipped\n` +
      `ones, of ${callers} callers in turn, and every answer is a 200. Ratio: the peer's time by ours, the median\n` +
      `of neighboring slices. Spread: half of all slices are as near to the median. ${processes} processes of the app.\n`;
    const perSecond = Object.fromEntries(
      names(raw).map((name) => [name, median(raw[name].map((slice) => slice.perSecond))]),
    );
    const about = { machine, slices: slicesOfEach, connections, bytes, perSecond };
    const throughput = Object.entries(perSecond).map(([name, value]) => `${name} ${count(value)}`);
    const rates = `Answers a second, beside whatever else this machine does: ${throughput.join(', ')}\n`;
    return { rows, text: `${words}\n${rowTable(rows)}\n${rates}${formatMachine(machine)}\n`, about };
  } finally {
    await Promise.all(started.map((app) => app.stop()));
    await services.stop();
  }
}

/** A shop with a half full week. Gives the address of its availability and the size of the answer. @param {string} url @param {string} folder */
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

/** What is measured is what it is called. @param {Record<'local' | 'limited' | 'remote' | 'off', { url: string }>} subjects */
async function requireSources({ local, limited, remote, off }) {
  for (const [{ url }, wanted] of /** @type {const} */ ([
    [local, 'local'],
    [limited, 'local'],
    [remote, 'remote'],
    [off, 'miss'],
  ])) {
    const http = httpClient(new URL(url).origin);
    let source = '';
    // The first fills the cache.
    for (let request = 0; request < 10 && source !== wanted; request += 1) {
      const { headers } = await http.send('GET', pathOf(url));
      source = String(headers['x-cache']);
    }
    http.close();
    if (source !== wanted) throw new Error(`${url} answers from ${source} instead of ${wanted}`);
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
      Object.entries(peer).map(([of, theirs]) => [of, median(theirs.map((slice) => slice.cpuUs))]),
    );
    const [theirs = []] = Object.values(peer);
    // Slice by slice: both have had the same moment of the machine.
    const ratio = median(cpuUs.map((us, index) => (theirs[index]?.cpuUs ?? 0) / us));
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

/** What others do on this machine makes single slices of a third of a second several times as long. @param {number[]} values */
function middleHalf(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.slice(Math.floor(sorted.length / 4), Math.ceil((sorted.length * 3) / 4));
}
