import { startRedisServer } from '@bookedbarber/redis-tier/testing';
import { findOrFetchRedis } from '../../../dev/services/redis/redis-binary.mjs';
import { describeMachine, formatMachine } from '../machine.mjs';
import { progress } from '../progress.mjs';
import { ownVersionsOf, versionsOf } from '../versions.mjs';
import { startChild } from './children.mjs';
import { names } from './contenders/all.mjs';
import { courses, withTags } from './courses.mjs';
import { loaderCalls } from './fleet.mjs';
import { callersDuringOutage } from './outage.mjs';
import { races } from './races.mjs';
import { measureSpeed } from './speed.mjs';
import { comparisonTable, judgeRow, targetTable } from './target-rows.mjs';

/** @typedef {import('./contenders/all.mjs').Name} Name */
/** @typedef {import('./target-rows.mjs').TargetRow} TargetRow */

const defaultRounds = 9;
const libraries = names.filter((name) => name !== 'raw');
/** The libraries that keep the local caches of several processes coherent. */
const coherent = withTags;

const raceTitles = /** @satisfies {Record<keyof typeof races, string>} */ ({
  lateStore: 'store after invalidation: stale of 10',
  invalidatedLoad: 'read joins an invalidated load: stale of 10',
  delayedReply: 'delayed Redis reply: stale of 10',
  cutConnection: 'invalidation connection cut: stale of 10',
});

/**
 * Compares this cache with other cache libraries for Node in one run: the cost of a hit, and their behavior in races
 * and outages.
 *
 * @param {number} [rounds]
 * @returns {Promise<{ rows: TargetRow[], text: string, about: object }>}
 */
export async function benchCache(rounds = defaultRounds) {
  const { file: binary, version } = await findOrFetchRedis(process.env);
  const rows = [
    ...(await speedRows(binary, rounds)),
    await loaderRow(binary),
    ...(await raceRows(binary)),
    ...(await outageRows(binary, 'frozen')),
    ...(await outageRows(binary, 'killed')),
  ];
  const versions = { redis: version, ...ownVersionsOf(['ioredis']), ...versionsOf(packages) };
  const machine = describeMachine(versions);
  const explanation =
    `CPU microseconds of the client process per call, for a JSON value of 2 KB and 64 keys: medians of ${rounds} rounds of\n` +
    '250 ms CPU time in rotating order. Remote hits: parsed, 64 concurrent callers, unless the row says otherwise. raw:\n' +
    'lru-cache for local hits; GET and JSON.parse with ioredis for remote hits. this: two tags per entry, returns a frozen\n' +
    'value. cacheable and cache-manager use node-redis, which always pipelines. Outages: all libraries with their default\n' +
    'settings, and with those that their documentation has for outages, with a deadline of 50 ms for clients of ioredis.\n' +
    'Spread: the largest deviation of a round of ours from the median.\n';
  const tables = `${comparisonTable(rows, columns(versions))}\n${targetTable(rows)}`;
  return { rows, text: `${explanation}\n${tables}\n${formatMachine(machine)}\n`, about: { machine, rounds } };
}

/** The packages of the compared libraries and of their Redis clients. */
const packages = [
  ...['bentocache', 'cacheable', 'cache-manager', '@epic-web/cachified'],
  ...['@keyv/redis', '@redis/client', '@qified/redis', 'lru-cache'],
];

/** @param {Readonly<Record<string, string>>} versions @returns {Record<Name, string>} */
function columns(versions) {
  return {
    raw: 'raw',
    bentocache: `bentocache ${versions['bentocache']}`,
    cacheable: `cacheable ${versions['cacheable']}`,
    'cache-manager': `cache-manager ${versions['cache-manager']}`,
    cachified: `cachified ${versions['@epic-web/cachified']}`,
    ours: 'this',
  };
}

/** @param {string} binary @param {number} rounds */
async function speedRows(binary, rounds) {
  const reportProgress = progress('Measuring hits');
  const turns = courses.reduce((sum, course) => sum + course.names.length * rounds, 0);
  let turn = 0;
  const onTurn = () => {
    turn += 1;
    reportProgress(turn, turns);
  };
  const rows = [];
  const server = await startRedisServer(binary);
  try {
    for (const course of courses) {
      const measured = await measureSpeed({ course, url: server.url, rounds, onTurn });
      const { title, limit, target } = course;
      rows.push(judgeRow({ name: `${title}, us CPU`, unit: 'us CPU', measured, limit, target }));
      await server.admin.flushall();
    }
  } finally {
    await server.close();
  }
  return rows;
}

/** @param {string} binary */
async function loaderRow(binary) {
  /** @type {Record<string, number[]>} */
  const measured = {};
  const server = await startRedisServer(binary);
  try {
    for (const name of libraries) {
      measured[name] = [await loaderCalls(name, server.url)];
      await server.admin.flushall();
    }
  } finally {
    await server.close();
  }
  return judgeRow({
    name: 'loader calls for 4 processes x 200 misses',
    unit: 'loader calls',
    measured,
    limit: 'ours',
    target: 1,
  });
}

/** @param {string} binary */
async function raceRows(binary) {
  const reportProgress = progress('Measuring races');
  const all = /** @type {(keyof typeof races)[]} */ (Object.keys(races));
  const rows = [];
  for (const [index, race] of all.entries()) {
    reportProgress(index, all.length);
    const participants = races[race].needsCoherence ? coherent : libraries;
    const stale = await Promise.all(participants.map((name) => runRace(name, race, binary)));
    const measured = Object.fromEntries(participants.map((name, at) => [name, [stale[at] ?? Number.NaN]]));
    rows.push(judgeRow({ name: raceTitles[race], unit: 'rounds', measured, limit: 'ours', target: 0 }));
  }
  reportProgress(1, 1);
  return rows;
}

/** @param {Name} name @param {keyof typeof races} race @param {string} binary */
async function runRace(name, race, binary) {
  const child = startChild('race-process.mjs', `${race} of ${name}`, 'ignore');
  try {
    const report = /** @type {import('./race-process.mjs').RaceReport} */ (
      await child.request({ name, race, binary })
    );
    if ('error' in report) throw new Error(`${race} of ${name}: ${report.error}`);
    return report.stale;
  } finally {
    await child.stop();
  }
}

/** @param {string} binary @param {'frozen' | 'killed'} kind */
async function outageRows(binary, kind) {
  const reportProgress = progress(`Measuring with Redis ${kind}`);
  const turns = 2 * libraries.length;
  const rows = [];
  for (const forOutages of [false, true]) {
    /** @type {Partial<Record<Name, import('./outage.mjs').Outage>>} */
    const outages = {};
    for (const [index, name] of libraries.entries()) {
      reportProgress((forOutages ? libraries.length : 0) + index, turns);
      outages[name] = await callersDuringOutage(name, forOutages, binary, kind);
    }
    rows.push(...rowsOfOutage(`Redis ${kind}, ${forOutages ? 'settings for outages' : 'defaults'}`, outages));
  }
  reportProgress(1, 1);
  return rows;
}

/** @param {string} where @param {Partial<Record<Name, import('./outage.mjs').Outage>>} outages */
function rowsOfOutage(where, outages) {
  /** @param {string} figure @param {string} unit @param {keyof import('./outage.mjs').Outage} key @param {number} target */
  const row = (figure, unit, key, target) => {
    const measured = Object.fromEntries(
      Object.entries(outages).map(([name, outage]) => [name, [outage[key]]]),
    );
    return judgeRow({ name: `${where}: ${figure}`, unit, measured, limit: 'ours', target });
  };
  return [
    row('uncached keys, p50, ms', 'ms', 'p50', 10),
    row('uncached keys, max, ms', 'ms', 'max', 150),
    row('cached key, max, ms', 'ms', 'cachedMax', 150),
    row('errors', 'calls', 'errors', 0),
  ];
}
