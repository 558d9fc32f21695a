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

/** The limits that are shipped: of everything, of reports, of bookings, and of wrong credentials. */
const shipped = {
  default: limits(60, 1000, 10_000),
  analytics: limits(30, 500, 5000),
  booking: limits(20, 200, 1000),
  auth: limits(5, 20, 100),
};

const maxReported = 8;
const atOnce = 500;

/** The script itself, but for its time, which comes as the last argument. */
const timedScript = toScript(checkScriptSource('local timeMs = tonumber(table.remove(ARGV))\n'));

/**
 * Replays the requests of a web server against the limits, in the time of the trace: who would have been limited, and
 * whether every verdict is the one of an exact log but for the margin that is stated.
 *
 * @param {{ file: string | undefined }} options
 * @returns {Promise<{ rows: import('../../rows.mjs').Row[], text: string, about: object }>}
 */
export async function benchTrace({ file }) {
  if (file === undefined)
    throw new UserError('A trace is needed.', 'Name one: --file TRACE.csv (epoch_seconds,subject).');
  const requests = readTrace(file);
  const server = await openRedis();
  const redis = new Redis(server.url);
  try {
    await ready(redis);
    // Else the first calls would be done after those that follow: each has to send the script itself.
    await redis.script('LOAD', timedScript.source);
    const told = [];
    const rows = [];
    for (const [resource, windows] of Object.entries(shipped)) {
      const verdicts = await verdictsOf(redis, resource, windows, requests);
      const comparison = compareWithExactLog({ requests, verdicts, windows, margin });
      told.push(inWords(resource, windows, requests.length, verdicts, comparison));
      rows.push(
        exactlyNone(`${resource}: admitted beyond a limit`, comparison.tooLenient),
        exactlyNone(`${resource}: refused beyond the margin`, comparison.tooStrict),
      );
    }
    const subjects = new Set(requests.map(({ subject }) => subject)).size;
    const machine = describeMachine({ redis: server.version });
    const text = `${requests.length} requests of ${subjects} subjects.\n\n${told.join('\n')}\n${formatMachine(machine)}\n`;
    return { rows, text, about: { machine, requests: requests.length, subjects } };
  } finally {
    redis.disconnect();
    await server.stop();
  }
}

/** Small limits are counted exactly, the others in twelfths of a window. @param {WindowLimit} window */
function margin({ limit }) {
  return limit <= largestExactLimit ? 0 : 1 / subBuckets;
}

/** @param {Redis} redis @param {string} resource @param {readonly WindowLimit[]} limits @param {readonly TracedRequest[]} requests */
async function verdictsOf(redis, resource, limits, requests) {
  const windows = toWindows(limits);
  /** @type {boolean[]} */
  const verdicts = [];
  for (let from = 0; from < requests.length; from += atOnce) {
    const part = requests.slice(from, from + atOnce).map(async ({ atMs, subject }) => {
      const key = limitRedisKey('trace', limitKeyDigest(subject), resource);
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
 * @param {string} resource
 * @param {readonly WindowLimit[]} windows
 * @param {number} requests
 * @param {readonly boolean[]} verdicts
 * @param {import('./compare.mjs').Comparison} comparison
 */
function inWords(resource, windows, requests, verdicts, { agreeing, limited }) {
  const refused = verdicts.filter((admitted) => !admitted).length;
  const head = `${resource} (${windows.map(({ name, limit }) => `${limit} a ${name}`).join(', ')}): ${refused} of ${requests} refused, of ${limited.length} subjects; ${percent(agreeing / requests)} as an exact log\n`;
  if (limited.length === 0) return head;
  return `${head}${table([
    ['subject', 'requests', 'refused', 'by an exact log'],
    ...limited
      .slice(0, maxReported)
      .map((it) => [it.subject, `${it.requests}`, `${it.refused}`, `${it.refusedExactly}`]),
  ])}`;
}

/** @param {string} name @param {readonly string[]} found @returns {import('../../rows.mjs').Row} */
function exactlyNone(name, found) {
  for (const what of found.slice(0, 5)) process.stderr.write(`${name}: ${what}\n`);
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
