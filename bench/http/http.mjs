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
import { count } from '../tables.mjs';
import { productionEnvironment, startApp } from './apps.mjs';
import { fillComingWeek } from './coming-week.mjs';
import { load } from './load.mjs';

/** @typedef {import('../rows.mjs').Row} Row */

const rounds = 11;
/** Of one slice. What is compared is asked for in slices that follow each other, there and back. */
const seconds = 1;
const connections = 64;

/** What an answer of constant bytes costs, as a share of what one from the memory of the process costs: at least. */
const localTarget = 0.9;
/** What an answer without limits costs, as a share of what one with them costs: at least. */
const limitsTarget = 0.8;
/** The shipped ones. */
const limits = { RATE_LIMIT_ENABLED: 'true', TRUSTED_PROXIES: '127.0.0.0/8' };
/** So many that none reaches its limit. */
const callers = 4000;
/** Of the app that is compared with itself. They have the rounds in turn. */
const processes = 3;

/**
 * The availability of a week, asked for by 64 connections: from the memory of the process, from Redis, and from the
 * database, each beside a route of the same app that sends the same number of bytes. Everything is measured in every
 * round, one after the other, so that a slow minute of the machine is one for all. What an answer costs is the CPU time of
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
    /** @param {number} round */
    const subjectsOf = (round) => {
      const app = /** @type {import('./apps.mjs').App} */ (apps[round % apps.length]);
      return {
        remote: { app: remote, url: `${remote.url}${path}` },
        off: { app: off, url: `${off.url}${path}` },
        bare: { app: bare, url: `${bare.url}/bench/constant` },
        constant: { app, url: `${app.url}/bench/constant` },
        local: { app, url: `${app.url}${path}` },
        unlimited: { app, url: `${app.url}${path}`, callers },
        limited: { app, url: `${app.limitedUrl}${path}`, callers },
      };
    };
    for (let n = 0; n < processes; n += 1) await requireSources(subjectsOf(n));
    const raw = await measure(subjectsOf);
    const rows = rowsOf(raw);
    const machine = describeMachine(services.versions);
    const words =
      `CPU time of an answer in the app's process, medians of ${rounds} rounds, ${connections} connections,\n` +
      `${bytes} bytes an answer, NODE_ENV=production. Limits are off but where it is said: there they are the shipped\n` +
      `ones, of ${callers} callers in turn, and every answer is a 200. Ratio: the peer's time by ours, the median\n` +
      `of the rounds. Spread: the farthest round from the median. ${processes} processes of the app have the rounds in turn.\n`;
    const perSecond = Object.fromEntries(names(raw).map((name) => [name, median(raw[name].perSecond)]));
    const about = { machine, rounds, seconds, connections, bytes, perSecond };
    const throughput = Object.entries(perSecond).map(([name, value]) => `${name} ${count(value)}`);
    const told = `Answers a second, beside whatever else this machine does: ${throughput.join(', ')}\n`;
    return { rows, text: `${words}\n${rowTable(rows)}\n${told}${machineInWords(machine)}\n`, about };
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

/** @typedef {{ app: import('./apps.mjs').App, url: string, callers?: number }} Subject what is asked for, of whom, and by how many */
/** @typedef {{ cpuUs: number[], perSecond: number[] }} Measured round by round; cpuUs: of one answer */

/** What is measured is what it is called. @param {Record<'local' | 'limited' | 'remote' | 'off', Subject>} subjects */
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

/**
 * Each round there and back: a machine that becomes slower is slower for both.
 *
 * @template {string} Name
 * @param {(round: number) => Record<Name, Subject>} subjectsOf
 * @returns {Promise<Record<Name, Measured>>}
 */
async function measure(subjectsOf) {
  const all = names(subjectsOf(0));
  const raw = /** @type {Record<Name, Measured>} */ ({});
  for (const name of all) raw[name] = { cpuUs: [], perSecond: [] };
  const told = progress('Measuring http');
  for (let round = 0; round < rounds; round += 1) {
    told(round, rounds);
    const subjects = subjectsOf(round);
    /** @type {Map<Name, import('./load.mjs').Load>} */
    const sums = new Map(all.map((name) => [name, { cpuUs: 0, answers: 0, perSecond: 0 }]));
    for (const name of [...all, ...all.toReversed()]) {
      const { app, url, callers: by = 0 } = subjects[name];
      await warm(subjects[name]);
      const slice = await load(app, url, { connections, seconds, callers: by });
      const sum = sums.get(name);
      if (sum === undefined) continue;
      sum.cpuUs += slice.cpuUs;
      sum.answers += slice.answers;
      sum.perSecond += slice.perSecond / 2;
    }
    for (const [name, { cpuUs, answers, perSecond }] of sums) {
      raw[name].cpuUs.push(cpuUs / answers);
      raw[name].perSecond.push(perSecond);
    }
  }
  told(1, 1);
  return raw;
}

/** Answers end after a minute: what is measured is what follows. @param {Subject} subject */
async function warm({ url }) {
  const http = httpClient(new URL(url).origin);
  for (let request = 0; request < 3; request += 1) await http.send('GET', pathOf(url));
  http.close();
}

/** @param {Record<'local' | 'remote' | 'off' | 'unlimited' | 'limited' | 'constant' | 'bare', Measured>} raw @returns {Row[]} */
function rowsOf(raw) {
  /** @param {string} name @param {Measured} measured @param {Record<string, Measured>} peer @param {number | null} target @returns {Row} */
  const against = (name, measured, peer, target) => {
    const ours = median(measured.cpuUs);
    const peers = Object.fromEntries(names(peer).map((of) => [of, median(peer[of]?.cpuUs ?? [])]));
    const ofPeer = Object.values(peer)[0]?.cpuUs ?? [];
    // Round by round: both have had the same minute of the machine.
    const ratio = median(measured.cpuUs.map((cpuUs, round) => (ofPeer[round] ?? 0) / cpuUs));
    const met = target === null ? null : ratio >= target;
    return { name, unit: 'us', raw: measured.cpuUs, ours, peers, ratio, target, met };
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
