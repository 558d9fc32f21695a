/** The contract of every cache within one process, with Redis or without. */
import { strictEqual as equal, rejects, deepStrictEqual as same, throws } from 'node:assert/strict';
import { InvalidCacheUseError } from '../../cache/index.ts';
import { address, type CacheFleet, heldLoad, Source } from './cache-subject.ts';
import type { Contract } from './promise.ts';

export const cacheContract: readonly Contract<CacheFleet>[] = [
  {
    title: 'concurrent callers share one load',
    async run(fleet) {
      const [cache, source] = [await fleet.open(), new Source()];
      const held = heldLoad(source);
      const calls = Array.from({ length: 50 }, () =>
        cache.policy('lasting').get({ ...address, load: held.load }),
      );
      await held.started;
      held.release();
      for (const result of await Promise.all(calls)) same(result.value, { n: 1 });
      equal(source.loads, 1);
    },
  },
  {
    title: 'null, 0, false and the empty string are values',
    async run(fleet) {
      const cache = await fleet.open();
      for (const [key, value] of Object.entries({ none: null, zero: 0, empty: '', no: false })) {
        const result = await cache
          .policy('lasting')
          .get({ namespace: 'shop-1', key, load: async () => value });
        equal(result.value, value);
      }
    },
  },
  {
    title: 'callers cannot modify a value',
    async run(fleet) {
      const cache = await fleet.open();
      const load = async (): Promise<{ list: number[] }> => ({ list: [1] });
      const { value } = await cache.policy('lasting').get({ ...address, load });
      throws(() => value.list.push(2), TypeError);
    },
  },
  {
    title: 'the caller receives the error of a loader, and the error is not cached',
    async run(fleet) {
      const [cache, source] = [await fleet.open(), new Source()];
      const broken = new Error('the source is broken');
      const fails = cache.policy('lasting').get({ ...address, load: async () => Promise.reject(broken) });
      await rejects(fails, broken);
      same((await cache.policy('lasting').get({ ...address, load: source.load })).value, { n: 1 });
    },
  },
  {
    title: 'getMany loads all keys in one call and returns the value of each',
    async run(fleet) {
      const cache = await fleet.open();
      const loaded: (readonly string[])[] = [];
      const results = await cache.policy('lasting').getMany({
        namespace: 'shop-1',
        items: ['a', 'b', 'c'].map((key) => ({ key })),
        load: async (keys) => {
          loaded.push(keys);
          return new Map(keys.map((key) => [key, key.toUpperCase()]));
        },
      });
      same(loaded, [['a', 'b', 'c']]);
      same(
        [...results].map(([key, { value }]) => [key, value]),
        [
          ['a', 'A'],
          ['b', 'B'],
          ['c', 'C'],
        ],
      );
    },
  },
  {
    title: 'a caller that invalidated does not join a load that began before',
    async run(fleet) {
      const [cache, source] = [await fleet.open(), new Source()];
      const held = heldLoad(source);
      const outdated = cache.policy('lasting').get({ ...address, load: held.load });
      await held.started;
      source.n = 2;
      await cache.invalidate('shop-1', ['day']);
      const next = cache.policy('lasting').get({ ...address, load: source.load });
      held.release();
      same((await next).value, { n: 2 });
      await outdated;
      same((await cache.policy('lasting').get({ ...address, load: source.load })).value, { n: 2 });
    },
  },
  {
    title: 'a namespace, key or tag out of range is rejected with InvalidCacheUseError',
    async run(fleet) {
      const cache = await fleet.open();
      const load = async (): Promise<number> => 1;
      const tags = Array.from({ length: 16 }, (_, n) => `t${n}`);
      for (const bad of [{ namespace: '{shop}' }, { key: '' }, { tags }])
        await rejects(cache.policy('lasting').get({ ...address, ...bad, load }), InvalidCacheUseError);
      await rejects(cache.invalidate('a}b'), InvalidCacheUseError);
    },
  },
];
