import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from '../../../dev/services/redis/redis-client.mjs';
import { describeMachine, formatMachine } from '../machine.mjs';
import { ownVersionsOf, versionsOf } from '../versions.mjs';
import { burst } from './burst.mjs';
import { contenders } from './contenders/all.mjs';
import { checks, checksAlone, concurrency, keyCount, measureCpu } from './cpu-rows.mjs';
import { maxAtWindowEdge } from './edge.mjs';
import { rowsOf, sideBySide } from './figures.mjs';
import { checkWhileFrozen } from './frozen.mjs';
import { ready } from './ready.mjs';
import { openRedis } from './redis.mjs';
import { bytesOf, fillOurs } from './storage.mjs';

/** @typedef {import('./contenders/all.mjs').ContenderName} ContenderName */
/** @typedef {import('./contenders/contender.mjs').Contender} Contender */
/** @typedef {import('./cpu-rows.mjs').StartContender} StartContender */

/** @type {ContenderName[]} */
const libraries = ['ours', 'rate-limiter-flexible', '@upstash/ratelimit', '@fastify/rate-limit'];
const windows = [
  { name: 'minute', seconds: 60, limit: 60 },
  { name: 'hour', seconds: 3600, limit: 1000 },
  { name: 'day', seconds: 86_400, limit: 10_000 },
];
/** The packages of the compared libraries. */
const packages = libraries.slice(1);
/** The minute's limit on a window of 6 s, to measure the edge in a tenth of the time. */
const edgeWindow = { name: 'window', seconds: 6, limit: 60 };

const defaultRounds = 7;
const processes = 4;
const burstChecks = 500;
const frozenMs = 6000;
const beforeFrozen = 20;
const frozenChecks = 100;
/** Our default. */
const outageDeadlineMs = 100;

/**
 * Compares rate limiters in one run on one Redis.
 *
 * @param {number} [rounds]
 * @returns {Promise<{ rows: import('../rows.mjs').Row[], text: string, about: object }>}
 */
export async function benchLimits(rounds = defaultRounds) {
  const server = await openRedis();
  const redis = new Redis(server.url);
  /** @type {Contender[]} */
  const open = [];
  try {
    await ready(redis);
    /** @type {StartContender} */
    const start = async (name, prefix, more = {}) => {
      const contender = await contenders[name]({ redisUrl: server.url, prefix, windows, ...more });
      open.push(contender);
      return contender;
    };
    const measured = {
      cpu: await measureCpu(start, rounds),
      ...(await measureBursts(server.url, start)),
      edges: await measureEdges(start),
      bytes: await measureBytes(redis, start),
      outages: await measureOutages(server.pid, start),
    };
    const rows = rowsOf(measured, { limit: 60, left: 60 - beforeFrozen });
    const versions = { redis: server.version, ...ownVersionsOf(['ioredis']), ...versionsOf(packages) };
    const machine = describeMachine(versions);
    const explanation =
      `Three windows (60 per minute, 1000 per hour, 10000 per day), unless the row says one; @fastify/rate-limit always has one.\n` +
      `CPU: client microseconds per check, concurrency ${concurrency}, medians of ${rounds} rounds of ${checks} checks (${checksAlone} one at a time) of\n` +
      `${keyCount} keys, one process. All have the same client, ioredis. EVALSHA: our script, one call per check. Denied again: rate-limiter-flexible with\n` +
      `inMemoryBlockOnConsumed. Burst: ${burstChecks} parallel checks of one key from ${processes} processes. Edge: one window, 60 per\n` +
      `${edgeWindow.seconds} s. Frozen: Redis is frozen for ${frozenMs / 1000} s with ${beforeFrozen} of 60 units used, then ${frozenChecks} parallel checks. All have their settings\n` +
      `for outages, with a deadline of ${outageDeadlineMs} ms: rate-limiter-flexible counts in memory from zero; @upstash/ratelimit and\n` +
      `@fastify/rate-limit admit everything.\n`;
    const about = { machine, rounds, keyCount, checks, concurrency };
    return { rows, text: `${explanation}\n${sideBySide(rows)}\n${formatMachine(machine)}\n`, about };
  } finally {
    for (const contender of open) await contender.close();
    redis.disconnect();
    await server.stop();
  }
}

/** @param {string} redisUrl @param {StartContender} start */
async function measureBursts(redisUrl, start) {
  /** @type {Record<string, number>} */
  const bursts = {};
  /** @type {Record<string, number>} */
  const consumed = {};
  for (const [index, contender] of libraries.entries()) {
    const prefix = `burst-${index}`;
    const options = { redisUrl, prefix, windows };
    const order = { contender, options, key: 'burst', checks: burstChecks / processes };
    bursts[contender] = await burst(order, processes);
    if (contender === '@fastify/rate-limit') continue;
    const after = await start(contender, prefix);
    consumed[contender] = (await after.used('burst', 1)) - 60;
  }
  return { bursts, consumed };
}

/** @param {StartContender} start */
async function measureEdges(start) {
  const edges = await Promise.all(
    libraries.map(async (name, index) => {
      const limiter = await start(name, `edge-${index}`, { windows: [edgeWindow] });
      return [name, await maxAtWindowEdge(limiter.check, edgeWindow)];
    }),
  );
  return /** @type {Record<string, number>} */ (Object.fromEntries(edges));
}

/** @param {Redis} redis @param {StartContender} start */
async function measureBytes(redis, start) {
  /** @type {Record<'idle' | 'full', Record<string, number>>} */
  const bytes = { idle: {}, full: {} };
  for (const [index, name] of libraries.entries()) {
    // Of the same length for all, because keys take memory.
    const [idlePrefix, fullPrefix] = [`idle-${index}`, `full-${index}`];
    const limiter = await start(name, idlePrefix);
    await limiter.check('key');
    bytes.idle[name] = await bytesOf(redis, idlePrefix);
    if (name === 'ours') await fillOurs(redis, fullPrefix, windows);
    else {
      const full = await start(name, fullPrefix);
      for (let i = 0; i < 60; i += 1) await full.check('key');
    }
    bytes.full[name] = await bytesOf(redis, fullPrefix);
  }
  return bytes;
}

/** @param {number} pid @param {StartContender} start */
async function measureOutages(pid, start) {
  const limiters = Object.fromEntries(
    await Promise.all(
      libraries.map(async (name, index) => [
        name,
        await start(name, `frozen-${index}`, { outageDeadlineMs }),
      ]),
    ),
  );
  // Ours determines the number of processes when it starts.
  await delay(200);
  const outages = await checkWhileFrozen(limiters, {
    pid,
    frozenMs,
    before: beforeFrozen,
    checks: frozenChecks,
  });
  return /** @type {Record<string, import('./frozen.mjs').Outage>} */ (outages);
}
