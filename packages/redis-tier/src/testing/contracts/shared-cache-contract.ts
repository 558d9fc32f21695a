/** The contract of a fleet of caches that share a Redis. */
import { strictEqual as equal, deepStrictEqual as same } from 'node:assert/strict';
import { until } from '../until.ts';
import { address, type CacheFleet, type ContractCache, heldLoad, Source } from './cache-subject.ts';
import type { Contract } from './promise.ts';

/**
 * After the protocol's bound of three seconds, a local tier that missed a change returns nothing as fresh. A busy
 * machine gets ten times as long, which is still far below the TTL of the entry.
 */
const timeoutMs = 30_000;

const read = (cache: ContractCache, source: Source, skip?: 'local') =>
  cache.policy('lasting').get({ ...address, skip, load: source.load });

/** Opens two caches and stores the entry in the local tiers of both. */
async function warm(
  fleet: CacheFleet,
): Promise<{ one: ContractCache; other: ContractCache; source: Source }> {
  const [one, other, source] = [await fleet.open(), await fleet.open(), new Source()];
  for (const cache of [one, other])
    await until('the local tier has it', async () => (await read(cache, source)).source === 'local');
  return { one, other, source };
}

export const sharedCacheContract: readonly Contract<CacheFleet>[] = [
  {
    title: 'other processes find an entry that one process has loaded',
    async run(fleet) {
      const { one, other, source } = await warm(fleet);
      for (const cache of [one, other]) equal((await read(cache, source, 'local')).source, 'remote');
      equal(source.loads, 1);
    },
  },
  {
    title: 'a fleet loads a key once for all concurrent callers',
    async run(fleet) {
      const caches = await Promise.all([fleet.open(), fleet.open(), fleet.open(), fleet.open()]);
      const source = new Source();
      const held = heldLoad(source);
      const calls = caches.flatMap((cache) =>
        Array.from({ length: 25 }, () => cache.policy('lasting').get({ ...address, load: held.load })),
      );
      await held.started;
      held.release();
      for (const result of await Promise.all(calls)) same(result.value, { n: 1 });
      equal(source.loads, 1);
    },
  },
  {
    title: 'from the acknowledgement on, no process reads an invalidated value from Redis',
    async run(fleet) {
      const { one, other, source } = await warm(fleet);
      source.n = 2;
      same(await one.invalidate('shop-1', ['day']), { applied: true });
      same((await read(other, source, 'local')).value, { n: 2 });
      same((await read(one, source)).value, { n: 2 });
    },
  },
  {
    title: 'other local tiers receive an invalidation within the bound',
    async run(fleet) {
      const { one, other, source } = await warm(fleet);
      source.n = 2;
      await one.invalidate('shop-1', ['day']);
      const received = async (): Promise<boolean> => (await read(other, source)).value.n === 2;
      await until('the local tier has received it', received, Boolean, { timeoutMs });
    },
  },
  {
    title: 'a change during a load in another process prevents the store of the outdated value',
    async run(fleet) {
      const [one, other, source] = [await fleet.open(), await fleet.open(), new Source()];
      const held = heldLoad(source);
      const loading = one.policy('lasting').get({ ...address, load: held.load });
      await held.started;
      source.n = 2;
      await other.invalidate('shop-1', ['day']);
      held.release();
      await loading;
      for (const cache of [one, other]) same((await read(cache, source, 'local')).value, { n: 2 });
    },
  },
  {
    title:
      'a tag invalidates the entries that name it, no tag the whole namespace, and neither another namespace',
    async run(fleet) {
      const [cache, source] = [await fleet.open(), new Source()];
      const addresses = {
        day: address,
        staff: { namespace: 'shop-1', key: 'b', tags: ['staff'] },
        elsewhere: { namespace: 'shop-2', key: 'a', tags: ['day'] },
      };
      const sources = async () => {
        const found: Record<string, string> = {};
        for (const [name, one] of Object.entries(addresses)) {
          const result = await cache.policy('lasting').get({ ...one, skip: 'local', load: source.load });
          found[name] = result.source;
        }
        return found;
      };
      await sources();
      same(await sources(), { day: 'remote', staff: 'remote', elsewhere: 'remote' });
      await cache.invalidate('shop-1', ['day']);
      same(await sources(), { day: 'miss', staff: 'remote', elsewhere: 'remote' });
      await cache.invalidate('shop-1');
      same(await sources(), { day: 'miss', staff: 'miss', elsewhere: 'remote' });
    },
  },
  {
    title: 'getMany loads only the missing keys',
    async run(fleet) {
      const cache = await fleet.open();
      const loaded: (readonly string[])[] = [];
      const readMany = (keys: readonly string[]) =>
        cache.policy('lasting').getMany({
          namespace: 'shop-1',
          items: keys.map((key) => ({ key })),
          load: async (missing) => {
            loaded.push(missing);
            return new Map(missing.map((key) => [key, key]));
          },
        });
      await readMany(['a', 'c']);
      await readMany(['a', 'b', 'c', 'd']);
      same(loaded, [
        ['a', 'c'],
        ['b', 'd'],
      ]);
    },
  },
  {
    title: 'a stale value is served immediately while one caller loads it again',
    async run(fleet) {
      const [cache, source] = [await fleet.open(), new Source()];
      const readStale = () => cache.policy('brief').get({ ...address, load: source.load });
      await readStale();
      source.n = 2;
      await until('the entry is stale', async () => (await readStale()).source === 'stale');
      await until('the entry was loaded again', async () => (await readStale()).value.n === 2);
    },
  },
  {
    title: 'a stale value is served when loading fails, but not to the process that invalidated it',
    async run(fleet) {
      const [one, other, source] = [await fleet.open(), await fleet.open(), new Source()];
      const fails = async (): Promise<{ n: number }> =>
        Promise.reject(new Error('the source is unavailable'));
      const readLenient = (cache: ContractCache, load: () => Promise<{ n: number }>) =>
        cache.policy('lenient').get({ ...address, load });
      await readLenient(one, source.load);
      await until(
        'the stale value is served',
        async () => (await readLenient(other, fails)).source === 'stale',
      );
      await one.invalidate('shop-1', ['day']);
      const outcome = await readLenient(one, fails).then(
        ({ value }) => `the cache returned ${JSON.stringify(value)}`,
        (error: Error) => error.message,
      );
      equal(outcome, 'the source is unavailable');
    },
  },
];
