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

/**
 * A period that ends when all processes certainly use Redis again. `local`: a process decided locally without an
 * injected fault, because Redis or the process got no CPU time.
 *
 * @typedef {{ kind: 'local' | 'frozen' | 'killed', fromMs: number, toMs: number }} Outage
 */

const processes = 4;
const limit = 60;
const windowMs = 60_000;
/** The first pause is longer than a window, so that there are windows without an outage. */
const firstCalmMs = 65_000;
const calmMs = 15_000;
const freezeMs = 10_000;
/** Maximum time until every process detects an outage, and until every process has reconnected and synchronized its counts. */
const noticedWithinMs = 1500;
const backWithinMs = 5000;
const slowMs = 2000;

/**
 * The maximum number of admissions of a client within a minute, by the kind of outage in that minute. In an outage,
 * each process limits a client to its share and counts its own earlier admissions: in the worst case, one process has
 * already admitted the whole limit and the others none. A killed Redis has lost its counts, so the limit starts over,
 * with the local admissions of the outage.
 */
const shares = (limit * (processes - 1)) / processes;
const maxAdmitted = {
  calm: limit,
  local: limit + shares,
  frozen: limit + shares,
  killed: 2 * limit + shares,
};

/**
 * Runs four api processes with clients that exceed their limits, while Redis is frozen and killed in turn.
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
    await Promise.all(clients.map(waitForFleet));
    const seconds = minutes * 60;
    const reportProgress = progress('Soaking');
    const onProgress = (/** @type {number} */ doneMs) => reportProgress(doneMs, seconds * 1000);
    const outages = breakRedis(redisFaults(services.folder), seconds);
    const watch = watchProcesses(clients);
    const draw = randomFrom(seed);
    const sent = await sendAll({ clients, overLimit: 12, withinLimit: 12, seconds, draw, onProgress });
    const lost = await Promise.all(clients.map((http) => metric(http, 'limit_lost_consumption_total')));
    return judge(sent, [...(await outages), ...(await watch.stop())], lost, services.versions);
  } finally {
    for (const http of clients) http.close();
    await Promise.all(servers.map((server) => server.stop()));
    await services.stop();
  }
}

/** Waits until a process uses Redis and knows the number of processes. @param {ReturnType<typeof httpClient>} http */
async function waitForFleet(http) {
  for (let tries = 0; tries < 600; tries += 1) {
    if (
      (await metric(http, 'limit_processes')) === processes &&
      (await metric(http, 'limit_with_redis')) === 1
    )
      return;
    await delay(100);
  }
  throw new Error('a process did not detect the others within a minute');
}

/** @param {ReturnType<typeof httpClient>} http @param {string} name */
async function metric(http, name) {
  const { body } = await http.send('GET', '/metrics', undefined, { token: operatorToken });
  return Number(new RegExp(`^bookedbarber_${name} (\\S+)$`, 'm').exec(String(body))?.[1]);
}

/** Records when a process decides locally, with or without an injected fault. @param {readonly ReturnType<typeof httpClient>[]} clients */
function watchProcesses(clients) {
  /** @type {Outage[]} */
  const local = [];
  let stopped = false;
  const running = Promise.all(
    clients.map(async (http) => {
      let decided = await localDecisions(http);
      let sinceMs = performance.now();
      while (!stopped) {
        await delay(500);
        const requestedMs = performance.now();
        const now = await localDecisions(http);
        if (now > decided)
          local.push({ kind: 'local', fromMs: sinceMs, toMs: performance.now() + backWithinMs });
        decided = now;
        sinceMs = requestedMs;
      }
    }),
  );
  return {
    async stop() {
      stopped = true;
      await running;
      return local;
    },
  };
}

/** @param {ReturnType<typeof httpClient>} http */
async function localDecisions(http) {
  const { body } = await http.send('GET', '/metrics', undefined, { token: operatorToken });
  const counts = String(body).matchAll(/^bookedbarber_limit_local_total\{[^}]*\} (\S+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Freezes and kills Redis in turn, with a pause before each and at the end. @param {ReturnType<typeof redisFaults>} redis @param {number} seconds */
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
  return ['killed', 'frozen', 'local'].flatMap((kind) => outages.filter((it) => it.kind === kind))[0];
}

/**
 * @param {Awaited<ReturnType<typeof sendAll>>} sent
 * @param {readonly Outage[]} outages
 * @param {readonly number[]} lost
 * @param {{ postgres: string, redis: string }} versions
 */
function judge({ overLimit, withinLimit, guesser }, outages, lost, versions) {
  /** @type {string[]} */
  const violations = [];
  const latencies = new Latencies();
  const found = { calm: 0, local: 0, frozen: 0, killed: 0 };
  let admittedTotal = 0;
  const during = (/** @type {number} */ fromMs, /** @type {number} */ toMs) =>
    outages.filter((it) => it.fromMs < toMs && it.toMs > fromMs);
  const all = [...overLimit, ...withinLimit].flatMap(({ responses }) => responses);

  for (const { sentMs, respondedMs, status, retryAfter } of [...all, ...guesser]) {
    const ms = respondedMs - sentMs;
    const outage = worst(during(sentMs, respondedMs));
    latencies.add(outage?.kind ?? 'calm', ms);
    if (ms > slowMs) violations.push(`a response took ${ms.toFixed(0)} ms (${outage?.kind ?? 'calm'})`);
    if (![200, 401, 429, 503].includes(status)) violations.push(`a response had status ${status}`);
    if ((status === 429 || status === 503) && !retryAfter) violations.push(`a ${status} had no Retry-After`);
  }
  for (const { address, responses } of overLimit) {
    const admitted = responses.filter(({ status }) => status === 200);
    admittedTotal += admitted.length;
    for (const first of admitted) {
      const kind = worst(during(first.sentMs, first.sentMs + windowMs))?.kind ?? 'calm';
      const within = countFrom(admitted, first, windowMs);
      found[kind] = Math.max(found[kind], within);
      if (within > maxAdmitted[kind])
        violations.push(`${address} was admitted ${within} times in a minute (${kind})`);
    }
    if (responses.every(({ status }) => status === 200)) violations.push(`${address} was never denied`);
  }
  for (const { address, responses } of withinLimit) {
    const refused = responses.filter(({ status }) => status !== 200);
    for (const { status } of refused) violations.push(`${address} sent half of the limit and got ${status}`);
  }
  let closed = 0;
  for (const { sentMs, respondedMs, status } of guesser) {
    const outage = outages.find(
      (it) =>
        it.kind === 'frozen' && sentMs > it.fromMs + noticedWithinMs && respondedMs < it.fromMs + freezeMs,
    );
    if (outage !== undefined) {
      closed += 1;
      if (status !== 503)
        violations.push(`a wrong token got ${status} instead of 503 while Redis was frozen`);
    } else if (during(sentMs, respondedMs).length === 0 && status !== 401 && status !== 429)
      violations.push(`a wrong token got ${status}`);
  }
  if (lost.some((units) => units > 0)) violations.push('local admissions were lost');

  process.stdout.write(
    `${table([
      ['', ''],
      ['requests', count(all.length + guesser.length)],
      ['admitted, clients over the limit', count(admittedTotal)],
      ['Redis frozen for 10 s', count(outages.filter(({ kind }) => kind === 'frozen').length)],
      ['Redis killed', count(outages.filter(({ kind }) => kind === 'killed').length)],
      ['wrong tokens denied with 503', count(closed)],
      ...Object.entries(found).map(([kind, within]) => [
        `max admitted per client and minute, ${kind} (allowed: ${maxAdmitted[/** @type {keyof typeof maxAdmitted} */ (kind)]})`,
        count(within),
      ]),
      ...latencies
        .summary()
        .map(({ name, p50, p95, p99, most: slowest }) => [
          `responses, ${name}: ms p50/p95/p99/max`,
          [p50, p95, p99, slowest].map(milliseconds).join(' / '),
        ]),
    ])}\n${formatMachine(describeMachine(versions))}\n`,
  );
  return violations;
}
