/**
 * A failover behind an endpoint that leaves open connections where they are, while clients read and write. One process
 * is behind the endpoint. The other one has followed the failover at once.
 */
import { until } from '@bookedbarber/redis-tier/testing';
import pg from 'pg';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { type FailoverEndpoint, startFailoverEndpoint } from '../../support/redis-tier/failover.ts';
import {
  firstMinutes,
  firstPrice,
  type JudgedLoad,
  startJudgedLoad,
} from '../../support/redis-tier/judged-load.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { makeShop, sendTo } from '../../support/shop-fixture.ts';

const tomorrow = new Date(Date.now() + 30 * 3_600_000).toISOString().slice(0, 10);
const seconds = (ms: number): string => (ms / 1000).toFixed(1);

let endpoint: FailoverEndpoint;
let server: TestServer | undefined;
let database: pg.Client | undefined;
let load: JudgedLoad | undefined;
afterEach(async () => {
  await load?.stop();
  await database?.end();
  await server?.stop();
  await endpoint.close();
});

async function isHealthy(url: string): Promise<boolean> {
  const { body } = await sendTo(url)('GET', '/api/v1/cache/health');
  return (body as { redis_available: boolean }).redis_available;
}

describe.each([
  ['becomes a replica', 'replica'],
  ['goes on as a primary', 'primary'],
] as const)('while the old primary %s', (name, oldBecomes) => {
  test('no request fails, and no process returns an invalidated value as fresh after it has left the old primary', async () => {
    endpoint = await startFailoverEndpoint(inject('redisBinary'));
    server = await startServer({
      processes: 2,
      // Its relay applies what a process cannot apply itself.
      worker: true,
      env: { REDIS_URL: endpoint.url },
      envOf: (process) => (process === 1 ? { REDIS_URL: endpoint.promoted.url } : {}),
    });
    const { urls, output, databaseUrl, operatorToken } = server;
    const client = new pg.Client({ connectionString: databaseUrl });
    database = client;
    await client.connect();
    const isAcknowledged = async () =>
      (await client.query('SELECT 1 FROM outbox_invalidation WHERE applied_at IS NULL LIMIT 1')).rowCount ===
      0;
    const fixture = await makeShop(sendTo(server.url, operatorToken), {
      shop: { zone: 'UTC' },
      services: [{ code: 'CUT', price_cents: firstPrice, duration_minutes: firstMinutes }],
    });
    const judged = startJudgedLoad(server, fixture, tomorrow, isAcknowledged);
    load = judged;
    const written = (atLeast: readonly number[], more: number) =>
      judged.acknowledged.every((count, process) => count >= (atLeast[process] ?? 0) + more);
    await until('both processes have changed the service', () => written([], 2));

    judged.suspend();
    const logged = output(0).length;
    const startedMs = performance.now();
    await endpoint.failOver(oldBecomes);
    let unhealthyMs = startedMs;
    const untilBoth = async (what: string, condition: () => boolean | Promise<boolean>) => {
      await until(what, async () => {
        if (!(await Promise.all(urls.map(isHealthy))).every(Boolean)) unhealthyMs = performance.now();
        return condition();
      });
      return performance.now() - startedMs;
    };
    const leftMs = await untilBoth(
      'the process behind the endpoint has left the old primary',
      async () => (await endpoint.connectionsTo(endpoint.old, 'bookedbarber-api')) === 0,
    );
    // Before this event, a process has applied again what the old primary acknowledged and the new one may lack.
    await untilBoth('it uses the new primary', () =>
      output(0).slice(logged).includes('"type":"replication-id-changed"'),
    );
    judged.resume();
    const before = [...judged.acknowledged];
    await untilBoth('both processes have changed the service again', () => written(before, 2));
    await judged.stopWriting();
    await untilBoth('both processes are healthy', async () =>
      (await Promise.all(urls.map(isHealthy))).every(Boolean),
    );
    await untilBoth(
      'both processes return the newest version from their local tier',
      () => judged.isLocal.size === urls.length,
    );
    const { requests, failed, violations, changes, staleForMs } = await judged.stop();
    process.stdout.write(
      `Failover under load, the old primary ${name}: left after ${seconds(leftMs)} s, healthy after ` +
        `${seconds(unhealthyMs - startedMs)} s; ${requests} requests, ${failed.length} failed, ${changes} changes; an old ` +
        `price was returned as fresh for up to ${seconds(staleForMs)} s\n`,
    );
    expect(failed).toEqual([]);
    expect(violations).toEqual([]);
  });
});
