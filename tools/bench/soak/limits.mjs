import { setTimeout as delay } from 'node:timers/promises';
import { randomFrom } from '../../../apps/cli/dist/demo/random.js';
import { developmentEnvironment, operatorToken } from '../installation/environment.mjs';
import { httpClient } from '../installation/http-client.mjs';
import { spawnServer } from '../installation/server-process.mjs';
import { openServices } from '../installation/services.mjs';
import { countFrom } from '../limits/rolling.mjs';
import { describeMachine, formatMachine } from '../machine.mjs';
import { progress } from '../progress.mjs';
import { Latencies } from '../replay/latencies.mjs';
import { count, milliseconds, table } from '../tables.mjs';
import { sendAll } from './limit-callers.mjs';
import { redisFaults } from './redis-faults.mjs';

/** @typedef {import('./limit-callers.mjs').Answer} Answer */
/**
 * Until all processes surely have Redis again. `alone`: a process has decided without it of its own accord, because the
 * machine gave one of the two no time.
 *
 * @typedef {{ kind: 'alone' | 'frozen' | 'killed', fromMs: number, toMs: number }} Outage
 */

const processes = 4;
const limit = 60;
const windowMs = 60_000;
/** First, so that there are whole windows without an outage. */
const firstCalmMs = 65_000;
const calmMs = 15_000;
const freezeMs = 10_000;
/** Until a process has found out, and until the breaker of each has tried again and told what was admitted meanwhile. */
const noticedWithinMs = 1500;
const backWithinMs = 5000;
const slowMs = 2000;

/**
 * The most of one caller within a minute, by what happened in it. In an outage each process holds a caller to its share,
 * beginning with what it has itself admitted: at worst one process had admitted the whole limit and the others nothing.
 * A Redis that was killed has forgotten, so after it the limit begins anew, with what was admitted meanwhile.
 */
const shares = (limit * (processes - 1)) / processes;
const most = { calm: limit, alone: limit + shares, frozen: limit + shares, killed: 2 * limit + shares };

/**
 * Four api processes under callers who ask for more than their limits, while Redis is frozen and killed in turn.
 *
 * @param {{ seed: string, minutes: number }} options
 * @returns {Promise<string[]>} the violations
 */
export async function soakLimits({ seed, minutes }) {
  const services = await openServices({ onRestart: () => {} });
  /** @type {ReturnType<typeof spawnServer>[]} */
  const servers = [];
  /** @type {ReturnType<typeof httpClient>[]} */
  const clients = [];
  try {
    const where = {
      databaseUrl: await services.createDatabase('limits'),
      redisUrl: services.redisUrl,
      keyPrefix: 'limits',
    };
    const env = developmentEnvironment(where, { RATE_LIMIT_PER_MINUTE: String(limit) });
    for (let i = 0; i < processes; i += 1)
      servers.push(spawnServer({ entry: 'api', env, log: services.log(`api-${i}.log`) }));
    for (const server of servers) clients.push(httpClient(await server.listening()));
    await Promise.all(clients.map(knowsTheFleet));
    const seconds = minutes * 60;
    const told = progress('Soaking');
    const onProgress = (/** @type {number} */ doneMs) => told(doneMs, seconds * 1000);
    const outages = breakRedis(redisFaults(services.folder), seconds);
    const watch = watchProcesses(clients);
    const draw = randomFrom(seed);
    const asked = await sendAll({ clients, overLimit: 12, withinLimit: 12, seconds, draw, onProgress });
    const lost = await Promise.all(clients.map((http) => metric(http, 'limit_lost_consumption_total')));
    return judge(asked, [...(await outages), ...(await watch.stop())], lost, services.versions);
  } finally {
    for (const http of clients) http.close();
    await Promise.all(servers.map((server) => server.stop()));
    await services.stop();
  }
}

/** Waits until a process has Redis and has counted the others. @param {ReturnType<typeof httpClient>} http */
async function knowsTheFleet(http) {
  for (let tries = 0; tries < 600; tries += 1) {
    if (
      (await metric(http, 'limit_processes')) === processes &&
      (await metric(http, 'limit_with_redis')) === 1
    )
      return;
    await delay(100);
  }
  throw new Error('a process has not counted the others within a minute');
}

/** @param {ReturnType<typeof httpClient>} http @param {string} name */
async function metric(http, name) {
  const { body } = await http.send('GET', '/metrics', undefined, { token: operatorToken });
  return Number(new RegExp(`^bookedbarber_${name} (\\S+)$`, 'm').exec(String(body))?.[1]);
}

/** Notes when a process decides alone, whether Redis was broken or not. @param {readonly ReturnType<typeof httpClient>[]} clients */
function watchProcesses(clients) {
  /** @type {Outage[]} */
  const alone = [];
  let stopped = false;
  const running = Promise.all(
    clients.map(async (http) => {
      let decided = await localDecisions(http);
      let sinceMs = performance.now();
      while (!stopped) {
        await delay(500);
        const askedMs = performance.now();
        const now = await localDecisions(http);
        if (now > decided)
          alone.push({ kind: 'alone', fromMs: sinceMs, toMs: performance.now() + backWithinMs });
        decided = now;
        sinceMs = askedMs;
      }
    }),
  );
  return {
    async stop() {
      stopped = true;
      await running;
      return alone;
    },
  };
}

/** @param {ReturnType<typeof httpClient>} http */
async function localDecisions(http) {
  const { body } = await http.send('GET', '/metrics', undefined, { token: operatorToken });
  const counts = String(body).matchAll(/^bookedbarber_limit_local_total\{[^}]*\} (\S+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Calm, frozen, calm, killed, and again; it ends calm. @param {ReturnType<typeof redisFaults>} redis @param {number} seconds */
async function breakRedis(redis, seconds) {
  const untilMs = performance.now() + seconds * 1000 - calmMs;
  /** @type {Outage[]} */
  const outages = [];
  for (
    let kind = /** @type {Outage['kind']} */ ('frozen');
    ;
    kind = kind === 'frozen' ? 'killed' : 'frozen'
  ) {
    await delay(outages.length === 0 ? firstCalmMs : calmMs);
    const fromMs = performance.now();
    if (fromMs >= untilMs) return outages;
    if (kind === 'frozen') await redis.freeze(freezeMs);
    else redis.kill();
    outages.push({ kind, fromMs, toMs: performance.now() + backWithinMs });
    await delay(backWithinMs);
  }
}

/** @param {readonly Outage[]} outages */
function worst(outages) {
  return ['killed', 'frozen', 'alone'].flatMap((kind) => outages.filter((it) => it.kind === kind))[0];
}

/**
 * @param {Awaited<ReturnType<typeof sendAll>>} asked
 * @param {readonly Outage[]} outages
 * @param {readonly number[]} lost
 * @param {{ postgres: string, redis: string }} versions
 */
function judge({ overLimit, withinLimit, guesser }, outages, lost, versions) {
  /** @type {string[]} */
  const violations = [];
  const latencies = new Latencies();
  const found = { calm: 0, alone: 0, frozen: 0, killed: 0 };
  let admittedInAll = 0;
  const during = (/** @type {number} */ fromMs, /** @type {number} */ toMs) =>
    outages.filter((it) => it.fromMs < toMs && it.toMs > fromMs);
  const all = [...overLimit, ...withinLimit].flatMap(({ answers }) => answers);

  for (const { sentMs, answeredMs, status, retryAfter } of [...all, ...guesser]) {
    const ms = answeredMs - sentMs;
    const outage = worst(during(sentMs, answeredMs));
    latencies.add(outage?.kind ?? 'calm', ms);
    if (ms > slowMs) violations.push(`an answer took ${ms.toFixed(0)} ms (${outage?.kind ?? 'calm'})`);
    if (![200, 401, 429, 503].includes(status)) violations.push(`an answer had status ${status}`);
    if ((status === 429 || status === 503) && !retryAfter) violations.push(`a ${status} had no Retry-After`);
  }
  for (const { address, answers } of overLimit) {
    const admitted = answers.filter(({ status }) => status === 200);
    admittedInAll += admitted.length;
    for (const first of admitted) {
      const inIt = during(first.sentMs, first.sentMs + windowMs);
      const kind = worst(inIt)?.kind ?? 'calm';
      const within = countFrom(admitted, first, windowMs);
      found[kind] = Math.max(found[kind], within);
      if (within > most[kind]) violations.push(`${address} was let in ${within} times in a minute (${kind})`);
    }
    if (answers.every(({ status }) => status === 200)) violations.push(`${address} was never refused`);
  }
  for (const { address, answers } of withinLimit) {
    const refused = answers.filter(({ status }) => status !== 200);
    for (const { status } of refused)
      violations.push(`${address} kept to half of the limit and got ${status}`);
  }
  let closed = 0;
  for (const { sentMs, answeredMs, status } of guesser) {
    const outage = outages.find(
      (it) =>
        it.kind === 'frozen' && sentMs > it.fromMs + noticedWithinMs && answeredMs < it.fromMs + freezeMs,
    );
    if (outage !== undefined) {
      closed += 1;
      if (status !== 503) violations.push(`a wrong token was answered ${status} while nobody could count it`);
    } else if (during(sentMs, answeredMs).length === 0 && status !== 401 && status !== 429)
      violations.push(`a wrong token was answered ${status}`);
  }
  if (lost.some((charges) => charges > 0)) violations.push('local admissions were given up');

  process.stdout.write(
    `${table([
      ['', ''],
      ['requests', count(all.length + guesser.length)],
      ['let in, of the greedy', count(admittedInAll)],
      ['Redis frozen for 10 s', count(outages.filter(({ kind }) => kind === 'frozen').length)],
      ['Redis killed', count(outages.filter(({ kind }) => kind === 'killed').length)],
      ['wrong tokens turned away unseen', count(closed)],
      ...Object.entries(found).map(([kind, within]) => [
        `most of one in a minute, ${kind} (at most ${most[/** @type {keyof typeof most} */ (kind)]})`,
        count(within),
      ]),
      ...latencies
        .summary()
        .map(({ name, p50, p95, p99, most: slowest }) => [
          `answers, ${name}: ms p50/p95/p99/most`,
          [p50, p95, p99, slowest].map(milliseconds).join(' / '),
        ]),
    ])}\n${formatMachine(describeMachine(versions))}\n`,
  );
  return violations;
}
