import { Redis } from '../../../../dev/services/redis/redis-client.mjs';
import { UserError } from '../../../../dev/setup/user-error.mjs';
import { checkScriptSource } from '../../../../packages/redis-tier/dist/limits/check/check-script.js';
import { toScript } from '../../../../packages/redis-tier/dist/limits/check/run-script.js';
import { callCheckScript } from '../../../../packages/redis-tier/dist/limits/check/script-call.js';
import { readVerdict } from '../../../../packages/redis-tier/dist/limits/decision.js';
import {
  limitKeyDigest,
  limitRedisKey,
} from '../../../../packages/redis-tier/dist/limits/local/key-states.js';
import {
  largestExactLimit,
  subBuckets,
  toWindows,
} from '../../../../packages/redis-tier/dist/limits/windows.js';
import { describeMachine, formatMachine } from '../../machine.mjs';
import { percent, table } from '../../tables.mjs';
import { ready } from '../ready.mjs';
import { openRedis } from '../redis.mjs';
import { compareWithExactLog } from './compare.mjs';
import { readTrace } from './read-trace.mjs';

/** @typedef {import('./exact-log.mjs').WindowLimit} WindowLimit */
/** @typedef {import('./read-trace.mjs').TracedRequest} TracedRequest */

/** The default limits: of all requests, of reports, of bookings, and of wrong credentials. */
const shipped = {
  default: limits(60, 1000, 10_000),
  analytics: limits(30, 500, 5000),
  booking: limits(20, 200, 1000),
  auth: limits(5, 20, 100),
};

const maxReported = 8;
const batch = 500;

/** The check script with its time as an additional last argument. */
const timedScript = toScript(checkScriptSource('local timeMs = tonumber(table.remove(ARGV))\n'));

/**
 * Replays the requests of a web server against the limits, with the timestamps of the trace. Reports which clients
 * would have been limited, and whether every verdict matches an exact log within the documented margin.
 *
 * @param {{ file: string | undefined }} options
 * @returns {Promise<{ rows: import('../../rows.mjs').Row[], text: string, about: object }>}
 */
export async function benchTrace({ file }) {
  if (file === undefined)
    throw new UserError('limits-trace requires a file.', 'Add --file TRACE.csv (epoch_seconds,subject).');
  const requests = readTrace(file);
  const server = await openRedis();
  const redis = new Redis(server.url);
  try {
    await ready(redis);
    // Otherwise the first calls would be retried with the script's source, after later calls.
    await redis.script('LOAD', timedScript.source);
    const reportLines = [];
    const rows = [];
    for (const [limitName, windows] of Object.entries(shipped)) {
      const verdicts = await verdictsOf(redis, limitName, windows, requests);
      const comparison = compareWithExactLog({ requests, verdicts, windows, margin });
      reportLines.push(summaryOf(limitName, windows, requests.length, verdicts, comparison));
      rows.push(
        exactlyNone(`${limitName}: admitted over the limit`, comparison.tooLenient),
        exactlyNone(`${limitName}: denied under the limit`, comparison.tooStrict),
      );
    }
    const subjects = new Set(requests.map(({ subject }) => subject)).size;
    const machine = describeMachine({ redis: server.version });
    const text = `${requests.length} requests by ${subjects} subjects.\n\n${reportLines.join('\n')}\n${formatMachine(machine)}\n`;
    return { rows, text, about: { machine, requests: requests.length, subjects } };
  } finally {
    redis.disconnect();
    await server.stop();
  }
}

/** Small limits are counted exactly, larger ones in sub-buckets of a window. @param {WindowLimit} window */
function margin({ limit }) {
  return limit <= largestExactLimit ? 0 : 1 / subBuckets;
}

/** @param {Redis} redis @param {string} limitName @param {readonly WindowLimit[]} limits @param {readonly TracedRequest[]} requests */
async function verdictsOf(redis, limitName, limits, requests) {
  const windows = toWindows(limits);
  /** @type {boolean[]} */
  const verdicts = [];
  for (let from = 0; from < requests.length; from += batch) {
    const part = requests.slice(from, from + batch).map(async ({ atMs, subject }) => {
      const key = limitRedisKey('trace', limitKeyDigest(subject), limitName);
      /** @type {import('../../../../packages/redis-tier/dist/limits/check/run-script.js').ScriptClient} */
      const timed = {
        isCluster: false,
        callBuffer: (command, ...args) => redis.callBuffer(command, ...args, atMs),
      };
      const reply = await callCheckScript(timed, timedScript, [
        { redisKey: key, windows, cost: 1, ageMs: -1 },
      ]);
      return readVerdict(reply, 0) === 'allowed';
    });
    verdicts.push(...(await Promise.all(part)));
  }
  return verdicts;
}

/** @param {number} perMinute @param {number} perHour @param {number} perDay @returns {WindowLimit[]} */
function limits(perMinute, perHour, perDay) {
  return [
    { name: 'minute', seconds: 60, limit: perMinute },
    { name: 'hour', seconds: 3600, limit: perHour },
    { name: 'day', seconds: 86_400, limit: perDay },
  ];
}

/**
 * @param {string} limitName
 * @param {readonly WindowLimit[]} windows
 * @param {number} requests
 * @param {readonly boolean[]} verdicts
 * @param {import('./compare.mjs').Comparison} comparison
 */
function summaryOf(limitName, windows, requests, verdicts, { agreeing, limited }) {
  const refused = verdicts.filter((admitted) => !admitted).length;
  const head = `${limitName} (${windows.map(({ name, limit }) => `${limit} per ${name}`).join(', ')}): ${refused} of ${requests} requests denied, ${limited.length} subjects; ${percent(agreeing / requests)} of the verdicts equal those of an exact log\n`;
  if (limited.length === 0) return head;
  return `${head}${table([
    ['subject', 'requests', 'denied', 'denied by an exact log'],
    ...limited
      .slice(0, maxReported)
      .map((it) => [it.subject, `${it.requests}`, `${it.refused}`, `${it.refusedExactly}`]),
  ])}`;
}

/** @param {string} name @param {readonly string[]} found @returns {import('../../rows.mjs').Row} */
function exactlyNone(name, found) {
  for (const request of found.slice(0, 5)) process.stderr.write(`${name}: ${request}\n`);
  const ours = found.length;
  return {
    name,
    unit: 'requests',
    raw: [ours],
    ours,
    peers: {},
    ratio: null,
    target: 0,
    bound: 'exactly',
    met: ours === 0,
  };
}
