import { join } from 'node:path';
import { operatorToken } from '../installation/environment.mjs';
import { httpClient } from '../installation/http-client.mjs';
import { openServices } from '../installation/services.mjs';
import { makeShop, shopPath } from '../installation/shop.mjs';
import { describeMachine, machineInWords } from '../machine.mjs';
import { progress } from '../progress.mjs';
import { writeMadeBook } from '../replay/made-book.mjs';
import { makePlan, zone } from '../replay/plan.mjs';
import { median, rowTable } from '../rows.mjs';
import { productionEnvironment, startApp } from './apps.mjs';
import { fillComingWeek } from './coming-week.mjs';
import { load } from './load.mjs';

/** @typedef {import('../rows.mjs').Row} Row */

const rounds = 5;
const seconds = 3;
const connections = 64;

/** Least share of the throughput of constant bytes. */
const targets = { local: 0.5, remote: 0.25 };

/**
 * The availability of a week, asked for by 64 connections: from the memory of the process, from Redis, and from the
 * database, each beside a route of the same app that sends the same number of bytes. Everything is measured in every
 * round, one after the other, so that a slow minute of the machine is one for all.
 *
 * @returns {Promise<{ rows: Row[], text: string, about: object }>}
 */
export async function benchHttp() {
  const services = await openServices();
  /** @type {{ stop: () => Promise<void> }[]} */
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
      return app.url;
    };
    const maker = await start({ kind: 'app', localCache: true, constantBytes: 2 }, 'maker');
    const { path, bytes } = await makeAvailability(maker, join(services.folder, 'book'));

    const order = /** @type {const} */ ({ kind: 'app', constantBytes: bytes });
    const local = await start({ ...order, localCache: true }, 'local');
    const remote = await start({ ...order, localCache: false }, 'remote');
    const off = await start({ ...order, localCache: true }, 'off', { CACHE_ENABLED: 'false' });
    const bare = await start({ kind: 'bare', constantBytes: bytes }, 'bare');
    const addresses = {
      local: `${local}${path}`,
      remote: `${remote}${path}`,
      off: `${off}${path}`,
      constant: `${local}/bench/constant`,
      bare: `${bare}/bench/constant`,
    };
    await requireSources(addresses);
    const raw = await measure(addresses);
    const rows = rowsOf(raw);
    const machine = describeMachine(services.versions);
    const words =
      `Requests a second, medians of ${rounds} rounds of ${seconds} s, ${connections} connections, ${bytes} bytes an answer,\n` +
      'limits off, NODE_ENV=production. Spread: the farthest round from the median.\n';
    const about = { machine, rounds, seconds, connections, bytes };
    return { rows, text: `${words}\n${rowTable(rows)}\n${machineInWords(machine)}\n`, about };
  } finally {
    await Promise.all(started.map((app) => app.stop()));
    await services.stop();
  }
}

/** A shop with a half full week. Gives the address of its availability and the size of the answer. @param {string} url @param {string} folder */
async function makeAvailability(url, folder) {
  const plan = await makePlan({ folder: writeMadeBook(folder, '1'), seed: '1', looks: 0 });
  const http = httpClient(url);
  const shop = { ...plan, exceptions: [] };
  const { serviceIds } = await makeShop({ url, plan: shop, zone, http });
  const path = await fillComingWeek(http, shopPath, serviceIds.get('CUT60') ?? '');
  const { body } = await http.send('GET', path);
  http.close();
  return { path, bytes: Buffer.byteLength(JSON.stringify(body)) };
}

/** What is measured is what it is called. @param {Record<string, string>} addresses */
async function requireSources(addresses) {
  for (const [name, wanted] of /** @type {const} */ ([
    ['local', 'local'],
    ['remote', 'remote'],
    ['off', 'miss'],
  ])) {
    const url = new URL(addresses[name] ?? '');
    const http = httpClient(url.origin);
    let source = '';
    // The first fills the cache.
    for (let request = 0; request < 10 && source !== wanted; request += 1) {
      const { headers } = await http.send('GET', `${url.pathname}${url.search}`);
      source = String(headers['x-cache']);
    }
    http.close();
    if (source !== wanted) throw new Error(`${name} answers from ${source}`);
  }
}

/** @template {string} Name @param {Record<Name, string>} addresses @returns {Promise<Record<Name, number[]>>} requests a second */
async function measure(addresses) {
  const names = /** @type {Name[]} */ (Object.keys(addresses));
  const raw = /** @type {Record<Name, number[]>} */ ({});
  for (const name of names) raw[name] = [];
  const told = progress('Measuring http');
  // Not counted: what is compiled while it is first used.
  for (const name of names) await load(addresses[name], { connections, seconds: 2 });
  for (let round = 0; round < rounds; round += 1) {
    // Another order in each round, so that nobody always follows the same one.
    const order = names.map((_, index) => names[(index + round) % names.length]);
    for (const [index, name] of order.entries()) {
      told(round * names.length + index, rounds * names.length);
      if (name !== undefined)
        raw[name].push((await load(addresses[name], { connections, seconds })).perSecond);
    }
  }
  told(1, 1);
  return raw;
}

/** @param {Record<'local' | 'remote' | 'off' | 'constant' | 'bare', number[]>} raw @returns {Row[]} */
function rowsOf(raw) {
  const constant = median(raw.constant);
  /** @param {string} name @param {readonly number[]} values @param {number | null} target @returns {Row} */
  const against = (name, values, target) => {
    const ours = median(values);
    const ratio = ours / constant;
    const met = target === null ? null : ratio >= target;
    return { name, unit: 'req/s', raw: values, ours, peers: { constant }, ratio, target, met };
  };
  const bare = median(raw.bare);
  return [
    against('availability, local hit', raw.local, targets.local),
    against('availability, remote hit', raw.remote, targets.remote),
    against('availability, cache off', raw.off, null),
    {
      name: 'constant bytes, same app',
      unit: 'req/s',
      raw: raw.constant,
      ours: constant,
      peers: { 'bare Fastify': bare },
      ratio: constant / bare,
      target: null,
      met: null,
    },
  ];
}
