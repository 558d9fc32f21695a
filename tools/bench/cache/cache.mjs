import { startRedisServer } from '@bookedbarber/redis-tier/testing';
import { findOrFetchRedis } from '../../../dev/services/redis/redis-binary.mjs';
import { describeMachine, formatMachine } from '../machine.mjs';
import { progress } from '../progress.mjs';
import { startChild } from './children.mjs';
import { names } from './contenders/all.mjs';
import { loaderCalls } from './fleet.mjs';
import { judgedTable, judgeRow } from './judged.mjs';
import { callersDuringOutage } from './outage.mjs';
import { races } from './races.mjs';
import { measureSpeed } from './speed.mjs';

/** @typedef {import('./contenders/all.mjs').Name} Name */
/** @typedef {import('./judged.mjs').TargetRow} TargetRow */
/** @typedef {Pick<Parameters<typeof judgeRow>[0], 'limit' | 'target'>} Target */

const rounds = 9;
const libraries = names.filter((name) => name !== 'raw');
const withTags = /** @type {readonly Name[]} */ (['bentocache', 'cacheable', 'ours']);
/** The libraries that keep the memories of several processes coherent. */
const coherent = withTags;

const local = /** @type {const} */ ({ tiers: 'local', wants: 'value', callers: 1 });
const remote = /** @type {const} */ ({ tiers: 'remote', wants: 'value', callers: 64 });

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
    wants: 'bytes',
    tagged: false,
    names: ['raw', 'ours'],
    limit: 'ratio',
    target: 0.85,
  },
];

const raceTitles = /** @satisfies {Record<keyof typeof races, string>} */ ({
  lateStore: 'stale-set race: stale in 10',
  doomedLoad: 'joins its doomed load: stale in 10',
  overtakenReply: 'overtaken reply: stale in 10',
  cutLink: 'invalidation link cut: stale in 10',
});

/**
 * This cache beside the others that a Node team would pick, in one run: what a hit costs, and what they do where it is
 * hard to be right.
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
  const words =
    `A JSON value of 2 KB. CPU microseconds of the client's process for one call, 64 keys; medians of ${rounds} rounds of 250 ms\n` +
    'CPU time in changing order. Remote hits by 64 callers at once. Raw: lru-cache; GET, and JSON.parse, by ioredis. Ours\n' +
    'names two tags in every row and gives a frozen value. Spread: the farthest round of ours from the median.\n';
  const text = `${words}\n${judgedTable(rows, names)}\n${formatMachine(machine)}\n`;
  return { rows, text, about: { machine, rounds } };
}

/** @param {string} binary */
async function speedRows(binary) {
  const told = progress('Measuring hits');
  const turns = courses.reduce((sum, course) => sum + course.names.length * rounds, 0);
  let turn = 0;
  const onTurn = () => {
    turn += 1;
    told(turn, turns);
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
    name: '4 processes x 200 misses',
    unit: 'loader calls',
    measured,
    limit: 'ours',
    target: 1,
  });
}

/** @param {string} binary */
async function raceRows(binary) {
  const told = progress('Racing');
  const all = /** @type {(keyof typeof races)[]} */ (Object.keys(races));
  const rows = [];
  for (const [index, race] of all.entries()) {
    told(index, all.length);
    const racers = races[race].ofMemories ? coherent : libraries;
    const stale = await Promise.all(racers.map((name) => runRace(name, race, binary)));
    const measured = Object.fromEntries(racers.map((name, at) => [name, [stale[at] ?? Number.NaN]]));
    rows.push(judgeRow({ name: raceTitles[race], unit: 'rounds', measured, limit: 'ours', target: 0 }));
  }
  told(1, 1);
  return rows;
}

/** @param {Name} name @param {keyof typeof races} race @param {string} binary */
async function runRace(name, race, binary) {
  const child = startChild('race-process.mjs', `${race} of ${name}`, 'ignore');
  try {
    const report = /** @type {import('./race-process.mjs').RaceReport} */ (
      await child.ask({ name, race, binary })
    );
    if ('error' in report) throw new Error(`${race} of ${name}: ${report.error}`);
    return report.stale;
  } finally {
    await child.end();
  }
}

/** @param {string} binary @param {'frozen' | 'killed'} kind */
async function outageRows(binary, kind) {
  /** @type {Record<'p50' | 'most' | 'errors', Record<string, number[]>>} */
  const measured = { p50: {}, most: {}, errors: {} };
  const told = progress(`Redis ${kind}`);
  for (const [index, name] of libraries.entries()) {
    told(index, libraries.length);
    const { p50, most, errors } = await callersDuringOutage(name, binary, kind);
    measured.p50[name] = [p50];
    measured.most[name] = [most];
    measured.errors[name] = [errors];
  }
  told(1, 1);
  const where = `Redis ${kind} for 3 s, cold callers`;
  const limit = 'ours';
  return [
    judgeRow({ name: `${where}: p50`, unit: 'ms', measured: measured.p50, limit, target: 10 }),
    judgeRow({ name: `${where}: longest`, unit: 'ms', measured: measured.most, limit, target: 150 }),
    judgeRow({ name: `${where}: errors`, unit: 'callers', measured: measured.errors, limit, target: 0 }),
  ];
}
