/** What every limiter keeps to, on a server, in a cluster, or alone in its process. */
import { strictEqual as equal, rejects, deepStrictEqual as same } from 'node:assert/strict';
import type { Decision, Limiter, LimitOptions } from '../../limits/index.ts';
import type { Contract } from './promise.ts';

/** Resources of the limiters that are put to the proof. */
export const contractLimits: Readonly<Record<'requests' | 'logins', LimitOptions>> = {
  requests: { windows: { perMinute: 60, perHour: 1000 }, onOutage: 'local' },
  logins: { windows: { perMinute: 5, perHour: 8 }, onOutage: 'local' },
};

export type ContractLimiter = Limiter<'requests' | 'logins'>;

/** Processes that share their limits, for subjects that nobody else has asked for. */
export type LimiterFleet = {
  /** Opens a limiter as another process of the fleet would, and waits until it decides as it is to. */
  open(): Promise<ContractLimiter>;
};

const many = (count: number, check: () => Promise<Decision>): Promise<Decision[]> =>
  Promise.all(Array.from({ length: count }, check));
const allowed = (decisions: readonly Decision[]): number => decisions.filter((it) => it.allowed).length;
const left = ({ perWindow }: Decision): number[] => perWindow.map(({ remaining }) => remaining);

export const limiterContract: readonly Contract<LimiterFleet>[] = [
  {
    title: 'of many at once as many are admitted as the limit says',
    async run(fleet) {
      const limiter = await fleet.open();
      equal(allowed(await many(200, () => limiter.check({ limit: 'requests', key: 'a' }))), 60);
    },
  },
  {
    title: 'a refusal takes nothing from any window, and names the one that was violated and the wait',
    async run(fleet) {
      const limiter = await fleet.open();
      const check = () => limiter.check({ limit: 'logins', key: 'a' });
      await many(5, check);
      const refusal = await check();
      same([refusal.allowed, refusal.exceededWindows, left(refusal)], [false, ['minute'], [0, 3]]);
      equal(refusal.retryAfterMs > 0 && refusal.retryAfterMs <= 60_001, true);
      same(left(await limiter.peek({ limit: 'logins', key: 'a' })), [0, 3]);
    },
  },
  {
    title: 'subjects and resources are apart',
    async run(fleet) {
      const limiter = await fleet.open();
      await many(6, () => limiter.check({ limit: 'logins', key: 'a' }));
      equal((await limiter.check({ limit: 'logins', key: 'b' })).allowed, true);
      same(left(await limiter.check({ limit: 'requests', key: 'a' })), [59, 999]);
    },
  },
  {
    title: 'a request takes its cost, and one above a limit is an error',
    async run(fleet) {
      const limiter = await fleet.open();
      same(left(await limiter.check({ limit: 'requests', key: 'a', cost: 10 })), [50, 990]);
      for (const cost of [61, 0, 1.5])
        await rejects(limiter.check({ limit: 'requests', key: 'a', cost }), RangeError);
      same(left(await limiter.peek({ limit: 'requests', key: 'a' })), [50, 990]);
    },
  },
  {
    title: 'who looks takes nothing',
    async run(fleet) {
      const limiter = await fleet.open();
      await many(3, () => limiter.peek({ limit: 'logins', key: 'a' }));
      same(left(await limiter.check({ limit: 'logins', key: 'a' })), [4, 7]);
    },
  },
  {
    title: 'an operator gives a new start, and limits of its own',
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

/** What the processes of a fleet keep to together. */
export const sharedLimiterContract: readonly Contract<LimiterFleet>[] = [
  {
    title: 'the limit is one for the whole fleet',
    async run(fleet) {
      const limiters = await Promise.all([fleet.open(), fleet.open(), fleet.open(), fleet.open()]);
      const decisions = await Promise.all(
        limiters.map((limiter) => many(50, () => limiter.check({ limit: 'requests', key: 'a' }))),
      );
      equal(allowed(decisions.flat()), 60);
    },
  },
  {
    title: 'nobody takes ahead: a client that keeps to its limit is admitted by whichever process it meets',
    async run(fleet) {
      const limiters = await Promise.all([fleet.open(), fleet.open(), fleet.open()]);
      for (let n = 1; n <= 60; n += 1) {
        const decision = await limiters[n % 3]?.check({ limit: 'requests', key: 'a' });
        same(decision && left(decision), [60 - n, 1000 - n]);
      }
    },
  },
];
