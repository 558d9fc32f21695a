import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, inject, test } from 'vitest';
import { startFaultProxy } from '../../../packages/redis-tier/src/testing/index.ts';
import { openCache, ownPrefix } from '../setup/cache-bench.ts';
import { randomFrom, Truth } from '../setup/coherence-model.ts';
import { startOwnRedis } from '../setup/own-redis.ts';

const seed = Number(process.env['COHERENCE_SEED'] ?? Date.now() % 1_000_000);
const runMs = Number(process.env['COHERENCE_MS'] ?? 15_000);
const processes = 4;
const keys = ['a', 'b', 'c'];

test(`processes under random faults read nothing that was invalidated (COHERENCE_SEED=${seed})`, async () => {
  const random = randomFrom(seed);
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  const redis = await startOwnRedis(inject('redisBinary'));
  const prefix = ownPrefix();
  const policies = {
    days: {
      freshMs: 500,
      agedMs: 300,
      staleIfErrorMs: 5000,
      jitter: 0.3,
      leaseMs: 200,
      waitMs: 300,
      failureMs: 50,
    },
    long: { freshMs: 60_000, staleIfAwayMs: 60_000, leaseMs: 200, waitMs: 300, failureMs: 50 },
  };
  const fleet = await Promise.all(
    Array.from({ length: processes }, async () => {
      const proxy = await startFaultProxy({ host: '127.0.0.1', port: redis.port });
      const url = `redis://127.0.0.1:${proxy.port}`;
      const opened = await openCache(url, {
        prefix,
        policies,
        local: { maxBytes: 1_000_000 },
        deadlineMs: 50,
      });
      return { ...opened, proxy, kept: [] as (() => void)[] };
    }),
  );
  const truths = new Map(keys.map((key) => [key, new Truth()]));
  const wrong: string[] = [];
  const seen = { local: 0, remote: 0, stale: 0, miss: 0 };
  let errors = 0;
  const endMs = performance.now() + runMs;
  const isOver = (): boolean => performance.now() > endMs;

  async function reader(index: number): Promise<void> {
    const { cache } = fleet[index] as (typeof fleet)[number];
    while (!isOver()) {
      const key = pick(keys);
      const truth = truths.get(key) as Truth;
      const beganMs = performance.now();
      const load = async (): Promise<number> => {
        await delay(random() * 8);
        if (random() < 0.03) throw new Error('the source fails');
        const { version } = truth;
        await delay(random() * 8);
        return version;
      };
      try {
        const policy = cache.policy(pick(['days', 'long']));
        const address = { scope: 'shop', key, tags: [`tag-${key}`] };
        const answer =
          random() < 0.2
            ? (
                await policy.getMany({
                  scope: 'shop',
                  items: [address],
                  load: async () => new Map([[key, await load()]]),
                })
              ).get(key)
            : await policy.get({ ...address, load });
        if (answer === undefined) throw new Error('no answer');
        seen[answer.source] += 1;
        const fault = truth.judge(
          { cache: index, source: answer.source, version: answer.value, beganMs },
          3000,
        );
        if (fault !== undefined) wrong.push(`${key}: ${fault}`);
      } catch (error) {
        if (!(error instanceof Error) || error.message !== 'the source fails') throw error;
        errors += 1;
      }
      await delay(random() * 3);
    }
  }

  async function writer(): Promise<void> {
    while (!isOver()) {
      const key = pick(keys);
      const index = Math.floor(random() * processes);
      const one = fleet[index] as (typeof fleet)[number];
      const change = (truths.get(key) as Truth).change(index);
      // An invalidation without tags now and then. One that is kept counts when nothing is kept any more.
      void one.cache.invalidate('shop', random() < 0.1 ? [] : [`tag-${key}`]).then(({ applied }) => {
        if (applied) change.acked();
        else one.kept.push(change.acked);
      });
      await delay(random() * 60);
      for (const { cache, kept } of fleet)
        if (kept.length > 0 && cache.available && cache.statistics().remote.invalidationsKept === 0)
          for (const acked of kept.splice(0)) acked();
    }
  }

  async function faults(): Promise<void> {
    const older = join(redis.folder, 'older.rdb');
    const dump = join(redis.folder, 'dump.rdb');
    while (!isOver()) {
      await delay(200 + random() * 400);
      const { proxy } = pick(fleet);
      switch (
        pick(['evict', 'flush', 'cut', 'cut-one', 'freeze', 'deafen', 'slow', 'snapshot', 'crash', 'stop'])
      ) {
        case 'evict':
          for (const name of await redis.admin.keys('*')) if (random() < 0.3) await redis.admin.unlink(name);
          break;
        case 'flush':
          await redis.admin.flushall();
          break;
        case 'cut':
          proxy.cut();
          break;
        case 'cut-one':
          pick(proxy.links)?.cut();
          break;
        case 'freeze':
          proxy.freeze(pick(['toServer', 'toClient']));
          await delay(random() * 400);
          proxy.thaw();
          break;
        case 'deafen': {
          const link = pick(proxy.links);
          link?.freeze('toClient');
          await delay(random() * 4000);
          link?.thaw();
          break;
        }
        case 'slow':
          proxy.delay(random() * 30);
          await delay(300);
          proxy.delay(0);
          break;
        case 'snapshot':
          await redis.admin.save();
          copyFileSync(dump, older);
          break;
        case 'crash':
          await redis.kill();
          if (existsSync(older)) copyFileSync(older, dump);
          await redis.start();
          break;
        case 'stop':
          redis.freeze();
          await delay(random() * 500);
          redis.thaw();
          break;
      }
    }
  }

  try {
    await Promise.all([
      ...fleet.flatMap((_, index) => [reader(index), reader(index), reader(index)]),
      writer(),
      faults(),
    ]);
    const lagMs = Math.max(...[...truths.values()].map(({ localLagMs }) => localLagMs));
    console.log(
      `seed ${seed}: ${JSON.stringify(seen)}, ${errors} loads failed, longest local lag ${lagMs.toFixed(1)} ms`,
    );
    expect(wrong).toEqual([]);
    expect(Math.min(seen.local, seen.remote, seen.miss)).toBeGreaterThan(50);
  } finally {
    for (const { end, proxy } of fleet) {
      await end();
      await proxy.close();
    }
    await redis.close();
  }
}, 120_000);
