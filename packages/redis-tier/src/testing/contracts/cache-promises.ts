/** What every cache keeps to, in one process, with Redis or without. */
import { strictEqual as equal, rejects, deepStrictEqual as same, throws } from 'node:assert/strict';
import { InvalidCacheUseError } from '../../cache/index.ts';
import { address, type CacheFleet, heldLoad, Source } from './cache-subject.ts';
import type { Contract } from './promise.ts';

export const cacheContract: readonly Contract<CacheFleet>[] = [
  {
    title: 'callers of one moment share a load',
    async run(fleet) {
      const [cache, source] = [await fleet.open(), new Source()];
      const held = heldLoad(source);
      const calls = Array.from({ length: 50 }, () =>
        cache.policy('lasting').get({ ...address, load: held.load }),
      );
      await held.begun;
      held.release();
      for (const answer of await Promise.all(calls)) same(answer.value, { n: 1 });
      equal(source.loads, 1);
    },
  },
  {
    title: 'a falsy value is a value',
    async run(fleet) {
      const cache = await fleet.open();
      for (const [key, value] of Object.entries({ none: null, zero: 0, empty: '', no: false })) {
        const answer = await cache
          .policy('lasting')
          .get({ namespace: 'shop-1', key, load: async () => value });
        equal(answer.value, value);
      }
    },
  },
  {
    title: 'a value cannot be changed by who was given it',
    async run(fleet) {
      const cache = await fleet.open();
      const load = async (): Promise<{ list: number[] }> => ({ list: [1] });
      const { value } = await cache.policy('lasting').get({ ...address, load });
      throws(() => value.list.push(2), TypeError);
    },
  },
  {
    title: 'the error of a loader reaches its caller, and is not kept',
    async run(fleet) {
      const [cache, source] = [await fleet.open(), new Source()];
      const broken = new Error('the source is broken');
      const fails = cache.policy('lasting').get({ ...address, load: async () => Promise.reject(broken) });
      await rejects(fails, broken);
      same((await cache.policy('lasting').get({ ...address, load: source.load })).value, { n: 1 });
    },
  },
  {
    title: 'many keys are loaded in one call, and each has its value',
    async run(fleet) {
      const cache = await fleet.open();
      const asked: (readonly string[])[] = [];
      const answers = await cache.policy('lasting').getMany({
        namespace: 'shop-1',
        items: ['a', 'b', 'c'].map((key) => ({ key })),
        load: async (keys) => {
          asked.push(keys);
          return new Map(keys.map((key) => [key, key.toUpperCase()]));
        },
      });
      same(asked, [['a', 'b', 'c']]);
      same(
        [...answers].map(([key, { value }]) => [key, value]),
        [
          ['a', 'A'],
          ['b', 'B'],
          ['c', 'C'],
        ],
      );
    },
  },
  {
    title: 'who invalidated does not join a load that began before',
    async run(fleet) {
      const [cache, source] = [await fleet.open(), new Source()];
      const held = heldLoad(source);
      const doomed = cache.policy('lasting').get({ ...address, load: held.load });
      await held.begun;
      source.n = 2;
      await cache.invalidate('shop-1', ['day']);
      const next = cache.policy('lasting').get({ ...address, load: source.load });
      held.release();
      same((await next).value, { n: 2 });
      await doomed;
      same((await cache.policy('lasting').get({ ...address, load: source.load })).value, { n: 2 });
    },
  },
  {
    title: 'a scope, key or tag out of range is refused as a mistake of the program',
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
