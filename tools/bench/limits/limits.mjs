import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from '../../../dev/services/redis/redis-client.mjs';
import { describeMachine, formatMachine } from '../machine.mjs';
import { progress } from '../progress.mjs';
import { burst } from './burst.mjs';
import { concurrency, cpuOfChecks, inRounds } from './client-cpu.mjs';
import { startContender } from './contenders.mjs';
import { maxAtWindowEdge } from './edge.mjs';
import { rowsOf, sideBySide } from './figures.mjs';
import { checkWhileFrozen } from './frozen.mjs';
import { ready } from './ready.mjs';
import { openRedis } from './redis.mjs';
import { bytesOf, fillOurs } from './storage.mjs';

/** @typedef {import('./contenders.mjs').ContenderName} ContenderName */
/** @typedef {import('./contenders.mjs').Contender} Contender */

/** @type {ContenderName[]} */
const libraries = ['ours', 'rate-limiter-flexible', '@upstash/ratelimit', '@fastify/rate-limit'];
const windows = [
  { name: 'minute', seconds: 60, limit: 60 },
  { name: 'hour', seconds: 3600, limit: 1000 },
  { name: 'day', seconds: 86_400, limit: 10_000 },
];
/** The minute's limit on a window of 6 s, to measure the edge in a tenth of the time. */
const edgeWindow = { name: 'window', seconds: 6, limit: 60 };

const rounds = 7;
const keyCount = 4000;
const checks = { admitted: 20_000, refused: 20_000 };
const processes = 4;
const burstChecks = 500;
const frozenMs = 6000;
const beforeFrozen = 20;
const frozenChecks = 100;

/**
 * Compares rate limiters in one run on one Redis.
 *
 * @returns {Promise<{ rows: import('../rows.mjs').Row[], text: string, about: object }>}
 */
export async function benchLimits() {
  const server = await openRedis();
  const redis = new Redis(server.url);
  /** @type {Contender[]} */
  const open = [];
  try {
    await ready(redis);
    const start = async (/** @type {ContenderName} */ name, /** @type {string} */ prefix, more = {}) => {
      const contender = await startContender(name, { redisUrl: server.url, prefix, windows, ...more });
      open.push(contender);
      return contender;
    };
    const measured = {
      cpu: await measureCpu(start),
      ...(await measureBursts(server.url, start)),
      edges: await measureEdges(start),
      bytes: await measureBytes(redis, start),
      outages: await measureOutages(server.pid, start),
    };
    const rows = rowsOf(measured, { limit: 60, left: 60 - beforeFrozen });
    const machine = describeMachine({ redis: server.version });
    const explanation =
      `Three windows (60 per minute, 1000 per hour, 10000 per day); @fastify/rate-limit has only one window. CPU: client microseconds\n` +
      `per check, concurrency ${concurrency}, medians of ${rounds} rounds of ${checks.admitted} checks of ${keyCount} keys, one process. EVALSHA: our script, one call per\n` +
      `check. block: with inMemoryBlockOnConsumed. Burst: ${burstChecks} parallel checks of one key from ${processes} processes. Edge: one window, 60 per\n` +
      `${edgeWindow.seconds} s. Frozen: Redis is frozen for ${frozenMs / 1000} s with ${beforeFrozen} of 60 units used, then ${frozenChecks} parallel checks.\n`;
    const about = { machine, rounds, subjects: keyCount, checks, concurrency };
    return { rows, text: `${explanation}\n${sideBySide(rows)}\n${formatMachine(machine)}\n`, about };
  } finally {
    for (const contender of open) await contender.close();
    redis.disconnect();
    await server.stop();
  }
}

/** @typedef {(name: ContenderName, prefix: string, more?: object) => Promise<Contender>} Start */

/** @param {Start} start */
async function measureCpu(start) {
  /** @type {Record<string, Contender>} */
  const open = {};
  const hotPrefix = 'hot';
  for (const name of /** @type {const} */ ([...libraries, 'EVALSHA']))
    open[name] = await start(name, `cpu-${name}`);
  const block = await start('rate-limiter-flexible', 'cpu-block', { inMemoryBlock: true });
  const of = (/** @type {string} */ name) => /** @type {Contender} */ (open[name]);
  const all = [...Object.keys(open)];

  const admitted = Object.fromEntries(
    all.map((name) => [
      `admitted ${name}`,
      (/** @type {number} */ round) => {
        const keys = Array.from({ length: keyCount }, (_, i) => `key ${i} of round ${round}`);
        return cpuOfChecks((i) => of(name).check(keys[i % keyCount] ?? ''), checks.admitted, true);
      },
    ]),
  );
  const refused = Object.fromEntries(
    [
      ...libraries.map((name) => /** @type {const} */ ([name, of(name)])),
      /** @type {const} */ (['block', block]),
    ].map(([name, limiter]) => [
      `refused ${name}`,
      async (/** @type {number} */ round) => {
        const key = `${hotPrefix} ${round}`;
        for (let i = 0; i < 61; i += 1) await limiter.check(key);
        return cpuOfChecks(() => limiter.check(key), checks.refused, false);
      },
    ]),
  );
  const raw = await inRounds({ ...admitted, ...refused }, rounds, progress('Measuring CPU'));
  const pick = (/** @type {string} */ kind) =>
    Object.fromEntries(
      Object.entries(raw).flatMap(([name, values]) =>
        name.startsWith(`${kind} `) ? [[name.slice(kind.length + 1), values]] : [],
      ),
    );
  return { admitted: pick('admitted'), refused: pick('refused') };
}

/** @param {string} redisUrl @param {Start} start */
async function measureBursts(redisUrl, start) {
  /** @type {Record<string, number>} */
  const bursts = {};
  /** @type {Record<string, number>} */
  const consumed = {};
  for (const contender of libraries) {
    const prefix = `burst-${contender}`;
    const options = { redisUrl, prefix, windows };
    const order = { contender, options, key: 'burst', checks: burstChecks / processes };
    bursts[contender] = await burst(order, processes);
    if (contender === '@fastify/rate-limit') continue;
    const after = await start(contender, prefix);
    consumed[contender] = (await after.used('burst', 1)) - 60;
  }
  return { bursts, consumed };
}

/** @param {Start} start */
async function measureEdges(start) {
  const edges = await Promise.all(
    libraries.map(async (name) => {
      const limiter = await start(name, `edge-${name}`, { windows: [edgeWindow] });
      return [name, await maxAtWindowEdge(limiter.check, edgeWindow)];
    }),
  );
  return /** @type {Record<string, number>} */ (Object.fromEntries(edges));
}

/** @param {Redis} redis @param {Start} start */
async function measureBytes(redis, start) {
  /** @type {Record<'idle' | 'full', Record<string, number>>} */
  const bytes = { idle: {}, full: {} };
  for (const name of libraries) {
    const limiter = await start(name, `idle-${name}`);
    await limiter.check('key');
    bytes.idle[name] = await bytesOf(redis, `idle-${name}`);
    if (name === 'ours') await fillOurs(redis, 'full-ours', windows);
    else {
      const full = await start(name, `full-${name}`);
      for (let i = 0; i < 60; i += 1) await full.check('key');
    }
    bytes.full[name] = await bytesOf(redis, `full-${name}`);
  }
  return bytes;
}

/** @param {number} pid @param {Start} start */
async function measureOutages(pid, start) {
  const limiters = Object.fromEntries(
    await Promise.all(libraries.map(async (name) => [name, await start(name, `frozen-${name}`)])),
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
