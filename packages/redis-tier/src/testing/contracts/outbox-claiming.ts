/** Claims: only one worker gets a message, and only in the expected state. */
import {
  strictEqual as equal,
  notStrictEqual as notEqual,
  deepStrictEqual as same,
} from 'node:assert/strict';
import type { Completion } from '../../jobs/index.ts';
import { contract, includes, minuteMs, now, type OutboxUnderTest } from './outbox-subject.ts';
import type { Contract } from './promise.ts';

export const claimingContract: readonly Contract<OutboxUnderTest>[] = [
  contract('only one of several concurrent claims gets a message', async ({ claimOf, outbox, store }) => {
    const id = await outbox.add({ dueMs: now });
    const leases = await Promise.all(
      Array.from({ length: 8 }, () => store.claim({ id, generation: 1 }, claimOf())),
    );
    const won = leases.filter((lease) => lease !== null);
    equal(won.length, 1);
    includes(won[0], { id, generation: 1, attempts: 1, untilMs: now + minuteMs });
    equal(await outbox.stateOf(id), 'sending');
  }),
  contract(
    'concurrent claims each get their own message, and no message twice',
    async ({ claimOf, outbox, store }) => {
      const ids = await Promise.all(Array.from({ length: 30 }, () => outbox.add({ dueMs: now })));
      const named = ids.slice(0, 20);
      const leases = await Promise.all([
        ...named.map((id) => store.claim({ id, generation: 1 }, claimOf())),
        ...named.map((id) => store.claim({ id, generation: 1 }, claimOf())),
        ...ids.slice(20).map(() => store.claimNext({ ...claimOf(), dueBeforeMs: now })),
      ]);
      const won = leases.flatMap((lease) => (lease === null ? [] : [lease.id]));
      equal(new Set(won).size, won.length);
      for (const [index, id] of named.entries()) {
        const pair = [leases[index], leases[index + 20]].filter((lease) => lease != null);
        equal(
          pair.map((lease) => lease.id).every((leasedId) => leasedId === id),
          true,
        );
      }
      await Promise.all(leases.map((lease) => lease && store.complete(lease, { state: 'sent' }, now)));
      includes(await store.counts(), { sent: won.length });
    },
  ),
  contract(
    'a message due at the latest of several concurrent claims is claimed, not missed',
    async ({ claimOf, outbox, store }) => {
      const id = await outbox.add({ dueMs: now });
      const leases = await Promise.all(
        [now - minuteMs, now].map((dueBeforeMs) => store.claimNext({ ...claimOf(), dueBeforeMs })),
      );
      same(
        leases.flatMap((lease) => (lease === null ? [] : [lease.id])),
        [id],
      );
    },
  ),
  contract(
    'a claim requires the current generation: an outdated job claims nothing',
    async ({ claimOf, claimed, outbox, store }) => {
      const id = await outbox.add({ dueMs: now });
      await store.markEnqueued([{ id, generation: 1 }], now);
      await store.raiseGeneration([{ id, generation: 1 }]);
      equal(await store.claim({ id, generation: 1 }, claimOf()), null);
      same(await store.findDue({ dueBeforeMs: now, limit: 10 }), [
        { id, generation: 2, dueMs: now, priority: 0 },
      ]);
      // A second reconciler that found the same row changes nothing.
      await store.raiseGeneration([{ id, generation: 1 }]);
      includes(await claimed(id, 2), { generation: 2 });
    },
  ),
  contract('a claim requires the message to be due', async ({ claimOf, outbox, store }) => {
    const id = await outbox.add({ dueMs: now + minuteMs });
    equal(await store.claim({ id, generation: 1 }, claimOf()), null);
    notEqual(await store.claim({ id, generation: 1 }, claimOf(now + minuteMs)), null);
  }),
  contract(
    'a message that was cancelled, sent or refused cannot be claimed',
    async ({ claimOf, claimed, outbox, store }) => {
      const completions: Completion[] = [
        { state: 'sent' },
        { state: 'skipped', reason: 'no' },
        { state: 'failed', reason: 'no' },
        { state: 'dead', reason: 'no' },
        { state: 'unknown', reason: 'no' },
      ];
      for (const completion of completions) {
        const id = await outbox.add({ dueMs: now });
        equal(await store.complete(await claimed(id), completion, now), true);
        equal(await store.claim({ id, generation: 1 }, claimOf()), null);
      }
      const cancelled = await outbox.add({ dueMs: now });
      await outbox.cancel(cancelled);
      equal(await store.claim({ id: cancelled, generation: 1 }, claimOf()), null);
      equal(await store.claimNext({ ...claimOf(), dueBeforeMs: now }), null);
    },
  ),
  contract(
    'only the holder can renew a lease, and only until it expires',
    async ({ claimOf, claimed, outbox, store }) => {
      const id = await outbox.add({ dueMs: now });
      const lease = await claimed(id);
      equal(await store.renew(lease, now + 2 * minuteMs), true);
      equal(await store.renew({ ...lease, token: claimOf().token }, now + 3 * minuteMs), false);
      same(await store.expireLeases(now + minuteMs + 1), []);
      includes(await store.expireLeases(now + 2 * minuteMs + 1), [{ id }]);
      equal(await store.renew(lease, now + 3 * minuteMs), false);
    },
  ),
];
