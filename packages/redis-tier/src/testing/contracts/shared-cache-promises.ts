/** What a fleet of caches keeps to that shares a Redis, of whatever kind. */
import { strictEqual as equal, deepStrictEqual as same } from 'node:assert/strict';
import { until } from '../until.ts';
import { address, type CacheFleet, type ContractCache, heldLoad, Source } from './cache-subject.ts';
import type { Contract } from './promise.ts';

/**
 * The protocol's bound is three seconds after which a local tier that missed a change gives nothing as fresh. A busy machine
 * gets ten times as long, which is still far below the time for which the entry is fresh.
 */
const withinMs = 30_000;

const read = (cache: ContractCache, source: Source, past?: 'local') =>
  cache.policy('lasting').get({ ...address, skip: past, load: source.load });

/** Both have it in their local tiers. */
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
    title: 'what one process has loaded the others find',
    async run(fleet) {
      const { one, other, source } = await warm(fleet);
      for (const cache of [one, other]) equal((await read(cache, source, 'local')).source, 'remote');
      equal(source.loads, 1);
    },
  },
  {
    title: 'a fleet loads a key once, however many ask',
    async run(fleet) {
      const caches = await Promise.all([fleet.open(), fleet.open(), fleet.open(), fleet.open()]);
      const source = new Source();
      const held = heldLoad(source);
      const calls = caches.flatMap((cache) =>
        Array.from({ length: 25 }, () => cache.policy('lasting').get({ ...address, load: held.load })),
      );
      await held.begun;
      held.release();
      for (const answer of await Promise.all(calls)) same(answer.value, { n: 1 });
      equal(source.loads, 1);
    },
  },
  {
    title: 'from its acknowledgement on nobody reads from Redis what was invalidated',
    async run(fleet) {
      const { one, other, source } = await warm(fleet);
      source.n = 2;
      same(await one.invalidate('shop-1', ['day']), { applied: true });
      same((await read(other, source, 'local')).value, { n: 2 });
      same((await read(one, source)).value, { n: 2 });
    },
  },
  {
    title: 'the local tiers of the others hear of it within the bound',
    async run(fleet) {
      const { one, other, source } = await warm(fleet);
      source.n = 2;
      await one.invalidate('shop-1', ['day']);
      const heard = async (): Promise<boolean> => (await read(other, source)).value.n === 2;
      await until('it has heard', heard, Boolean, { withinMs });
    },
  },
  {
    title: 'a change during a load in another process keeps what that load read out of the cache',
    async run(fleet) {
      const [one, other, source] = [await fleet.open(), await fleet.open(), new Source()];
      const held = heldLoad(source);
      const loading = one.policy('lasting').get({ ...address, load: held.load });
      await held.begun;
      source.n = 2;
      await other.invalidate('shop-1', ['day']);
      held.release();
      await loading;
      for (const cache of [one, other]) same((await read(cache, source, 'local')).value, { n: 2 });
    },
  },
  {
    title: 'one tag takes what names it, no tag takes the scope, and neither takes another scope',
    async run(fleet) {
      const [cache, source] = [await fleet.open(), new Source()];
      const places = {
        day: address,
        staff: { namespace: 'shop-1', key: 'b', tags: ['staff'] },
        elsewhere: { namespace: 'shop-2', key: 'a', tags: ['day'] },
      };
      const sources = async () => {
        const found: Record<string, string> = {};
        for (const [name, place] of Object.entries(places)) {
          const answer = await cache.policy('lasting').get({ ...place, skip: 'local', load: source.load });
          found[name] = answer.source;
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
    title: 'of many keys only those are loaded that are missing',
    async run(fleet) {
      const cache = await fleet.open();
      const asked: (readonly string[])[] = [];
      const readMany = (keys: readonly string[]) =>
        cache.policy('lasting').getMany({
          namespace: 'shop-1',
          items: keys.map((key) => ({ key })),
          load: async (missing) => {
            asked.push(missing);
            return new Map(missing.map((key) => [key, key]));
          },
        });
      await readMany(['a', 'c']);
      await readMany(['a', 'b', 'c', 'd']);
      same(asked, [
        ['a', 'c'],
        ['b', 'd'],
      ]);
    },
  },
  {
    title: 'an aged value is served at once, while one caller loads it again',
    async run(fleet) {
      const [cache, source] = [await fleet.open(), new Source()];
      const readStale = () => cache.policy('brief').get({ ...address, load: source.load });
      await readStale();
      source.n = 2;
      await until('it has aged', async () => (await readStale()).source === 'stale');
      await until('it was loaded again', async () => (await readStale()).value.n === 2);
    },
  },
  {
    title: 'a stale value stands in when loading fails, but not for who has invalidated it',
    async run(fleet) {
      const [one, other, source] = [await fleet.open(), await fleet.open(), new Source()];
      const fails = async (): Promise<{ n: number }> => Promise.reject(new Error('the source is away'));
      const readLenient = (cache: ContractCache, load: () => Promise<{ n: number }>) =>
        cache.policy('lenient').get({ ...address, load });
      await readLenient(one, source.load);
      await until('it stands in', async () => (await readLenient(other, fails)).source === 'stale');
      await one.invalidate('shop-1', ['day']);
      const refused = await readLenient(one, fails).then(
        ({ value }) => `it was given ${JSON.stringify(value)}`,
        (error: Error) => error.message,
      );
      equal(refused, 'the source is away');
    },
  },
];
