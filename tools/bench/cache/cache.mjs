import { startRedisServer } from '@bookedbarber/redis-tier/testing';
import { findOrFetchRedis } from '../../../dev/services/redis/redis-binary.mjs';
import { describeMachine, formatMachine } from '../machine.mjs';
import { progress } from '../progress.mjs';
import { startChild } from './children.mjs';
import { names } from './contenders/all.mjs';
import { loaderCalls } from './fleet.mjs';
import { callersDuringOutage } from './outage.mjs';
import { races } from './races.mjs';
import { measureSpeed } from './speed.mjs';
import { judgedTable, judgeRow } from './target-rows.mjs';

/** @typedef {import('./contenders/all.mjs').Name} Name */
/** @typedef {import('./target-rows.mjs').TargetRow} TargetRow */
/** @typedef {Pick<Parameters<typeof judgeRow>[0], 'limit' | 'target'>} Target */

const rounds = 9;
const libraries = names.filter((name) => name !== 'raw');
const withTags = /** @type {readonly Name[]} */ (['bentocache', 'cacheable', 'ours']);
/** The libraries that keep the local caches of several processes coherent. */
const coherent = withTags;

const local = /** @type {const} */ ({ tiers: 'local', form: 'value', callers: 1 });
const remote = /** @type {const} */ ({ tiers: 'remote', form: 'value', callers: 64 });

/** @type {readonly (import('./speed.mjs').Course & Target)[]} */
const courses = [
  { title: 'local hit', ...local, tagged: false, names, limit: 'ours', target: 1 },
  { title: 'local hit, peers with a tag', ...local, tagged: true, names: withTags, limit: 'ours', target: 1 },
  { title: 'remote hit, parsed', ...remote, tagged: false, names, limit: 'ratio', target: 1 },
  {
    title: 'remote hit, parsed, peers with a tag',
    ...remote,
    tagged: true,
    names: ['raw', ...withTags],
    limit: 'ratio',
    target: 1,
  },
  {
    title: 'remote hit, bytes',
    ...remote,
    form: 'bytes',
    tagged: false,
    names: ['raw', 'ours'],
    limit: 'ratio',
    target: 0.85,
  },
];

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
 * @returns {Promise<{ rows: TargetRow[], text: string, about: object }>}
 */
export async function benchCache() {
  const { file: binary, version } = await findOrFetchRedis(process.env);
  const rows = [
    ...(await speedRows(binary)),
    await loaderRow(binary),
    ...(await raceRows(binary)),
    ...(await outageRows(binary, 'frozen')),
    ...(await outageRows(binary, 'killed')),
  ];
  const machine = describeMachine({ redis: version });
  const explanation =
    `CPU microseconds of the client process per call, for a JSON value of 2 KB and 64 keys: medians of ${rounds} rounds of\n` +
    '250 ms CPU time in rotating order. Remote hits: 64 concurrent callers. raw: lru-cache for local hits; GET and\n' +
    'JSON.parse with ioredis for remote hits. ours: two tags per entry, returns a frozen value. Spread: the largest\n' +
    'deviation of a round of ours from the median.\n';
  const text = `${explanation}\n${judgedTable(rows, names)}\n${formatMachine(machine)}\n`;
  return { rows, text, about: { machine, rounds } };
}

/** @param {string} binary */
async function speedRows(binary) {
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
      const { title: name, limit, target } = course;
      rows.push(judgeRow({ name, unit: 'us CPU', measured, limit, target }));
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
  /** @type {Record<'p50' | 'max' | 'errors', Record<string, number[]>>} */
  const measured = { p50: {}, max: {}, errors: {} };
  const reportProgress = progress(`Measuring with Redis ${kind}`);
  for (const [index, name] of libraries.entries()) {
    reportProgress(index, libraries.length);
    const { p50, max, errors } = await callersDuringOutage(name, binary, kind);
    measured.p50[name] = [p50];
    measured.max[name] = [max];
    measured.errors[name] = [errors];
  }
  reportProgress(1, 1);
  const where = `Redis ${kind} for 3 s, uncached keys`;
  const limit = 'ours';
  return [
    judgeRow({ name: `${where}: p50`, unit: 'ms', measured: measured.p50, limit, target: 10 }),
    judgeRow({ name: `${where}: max`, unit: 'ms', measured: measured.max, limit, target: 150 }),
    judgeRow({ name: `${where}: errors`, unit: 'calls', measured: measured.errors, limit, target: 0 }),
  ];
}
