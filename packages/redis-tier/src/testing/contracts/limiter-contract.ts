/** The contract of every limiter, on a server, in a cluster, or alone in its process. */
import { strictEqual as equal, rejects, deepStrictEqual as same } from 'node:assert/strict';
import type { Decision, Limiter, LimitOptions } from '../../limits/index.ts';
import type { Contract } from './promise.ts';

/** Limits of the limiters under test. */
export const contractLimits: Readonly<Record<'requests' | 'logins', LimitOptions>> = {
  requests: { windows: { perMinute: 60, perHour: 1000 }, onOutage: 'local' },
  logins: { windows: { perMinute: 5, perHour: 8 }, onOutage: 'local' },
};

export type ContractLimiter = Limiter<'requests' | 'logins'>;

/** Processes that share limits, for limit keys that no other test uses. */
export type LimiterFleet = {
  /** Opens a limiter as another process of the fleet would, and waits until it decides in its normal way. */
  open(): Promise<ContractLimiter>;
};

const many = (count: number, check: () => Promise<Decision>): Promise<Decision[]> =>
  Promise.all(Array.from({ length: count }, check));
const allowed = (decisions: readonly Decision[]): number => decisions.filter((it) => it.allowed).length;
const left = ({ perWindow }: Decision): number[] => perWindow.map(({ remaining }) => remaining);

export const limiterContract: readonly Contract<LimiterFleet>[] = [
  {
    title: 'concurrent requests are admitted exactly up to the limit',
    async run(fleet) {
      const limiter = await fleet.open();
      equal(allowed(await many(200, () => limiter.check({ limit: 'requests', key: 'a' }))), 60);
    },
  },
  {
    title: 'a denial consumes nothing in any window, and reports the exceeded window and the wait',
    async run(fleet) {
      const limiter = await fleet.open();
      const check = () => limiter.check({ limit: 'logins', key: 'a' });
      await many(5, check);
      const denial = await check();
      same([denial.allowed, denial.exceededWindows, left(denial)], [false, ['minute'], [0, 3]]);
      equal(denial.retryAfterMs > 0 && denial.retryAfterMs <= 60_001, true);
      same(left(await limiter.peek({ limit: 'logins', key: 'a' })), [0, 3]);
    },
  },
  {
    title: 'limits and limit keys are counted separately',
    async run(fleet) {
      const limiter = await fleet.open();
      await many(6, () => limiter.check({ limit: 'logins', key: 'a' }));
      equal((await limiter.check({ limit: 'logins', key: 'b' })).allowed, true);
      same(left(await limiter.check({ limit: 'requests', key: 'a' })), [59, 999]);
    },
  },
  {
    title: 'a request consumes its cost, and a cost above a limit is an error',
    async run(fleet) {
      const limiter = await fleet.open();
      same(left(await limiter.check({ limit: 'requests', key: 'a', cost: 10 })), [50, 990]);
      for (const cost of [61, 0, 1.5])
        await rejects(limiter.check({ limit: 'requests', key: 'a', cost }), RangeError);
      same(left(await limiter.peek({ limit: 'requests', key: 'a' })), [50, 990]);
    },
  },
  {
    title: 'peek consumes nothing',
    async run(fleet) {
      const limiter = await fleet.open();
      await many(3, () => limiter.peek({ limit: 'logins', key: 'a' }));
      same(left(await limiter.check({ limit: 'logins', key: 'a' })), [4, 7]);
    },
  },
  {
    title: 'an operator can reset a key and override its limits',
    async run(fleet) {
      const limiter = await fleet.open();
      const check = () => limiter.check({ limit: 'logins', key: 'a' });
      await many(6, check);
      await limiter.reset({ limit: 'logins', key: 'a' });
      same(left(await check()), [4, 7]);
      await limiter.override({ limit: 'logins', key: 'a', limits: { minute: 7 } });
      equal(allowed(await many(10, check)), 6);
    },
  },
];

/** The contract of the processes of a fleet together. */
export const sharedLimiterContract: readonly Contract<LimiterFleet>[] = [
  {
    title: 'the whole fleet shares one limit',
    async run(fleet) {
      const limiters = await Promise.all([fleet.open(), fleet.open(), fleet.open(), fleet.open()]);
      const decisions = await Promise.all(
        limiters.map((limiter) => many(50, () => limiter.check({ limit: 'requests', key: 'a' }))),
      );
      equal(allowed(decisions.flat()), 60);
    },
  },
  {
    title: 'no process takes tokens in advance: a client within its limit is admitted by every process',
    async run(fleet) {
      const limiters = await Promise.all([fleet.open(), fleet.open(), fleet.open()]);
      for (let n = 1; n <= 60; n += 1) {
        const decision = await limiters[n % 3]?.check({ limit: 'requests', key: 'a' });
        same(decision && left(decision), [60 - n, 1000 - n]);
      }
    },
  },
];
