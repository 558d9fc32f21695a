/** Who may claim a message: one of all, and only while it is what it was. */
import {
  strictEqual as equal,
  notStrictEqual as notEqual,
  deepStrictEqual as same,
} from 'node:assert/strict';
import type { Completion } from '../../jobs/index.ts';
import { contract, includes, minuteMs, now, type OutboxUnderTest } from './outbox-subject.ts';
import type { Contract } from './promise.ts';

export const claimingContract: readonly Contract<OutboxUnderTest>[] = [
  contract('is claimed by one of many who ask at once', async ({ claimOf, outbox, store }) => {
    const id = await outbox.add({ dueMs: now });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => store.claim({ id, generation: 1 }, claimOf())),
    );
    const won = answers.filter((answer) => answer !== null);
    equal(won.length, 1);
    includes(won[0], { id, generation: 1, attempts: 1, untilMs: now + minuteMs });
    equal(await outbox.stateOf(id), 'sending');
  }),
  contract(
    'many claims at once get each what they asked for, and nothing twice',
    async ({ claimOf, outbox, store }) => {
      const ids = await Promise.all(Array.from({ length: 30 }, () => outbox.add({ dueMs: now })));
      const named = ids.slice(0, 20);
      const answers = await Promise.all([
        ...named.map((id) => store.claim({ id, generation: 1 }, claimOf())),
        ...named.map((id) => store.claim({ id, generation: 1 }, claimOf())),
        ...ids.slice(20).map(() => store.claimNext({ ...claimOf(), dueBeforeMs: now })),
      ]);
      const won = answers.flatMap((claim) => (claim === null ? [] : [claim.id]));
      equal(new Set(won).size, won.length);
      for (const [index, id] of named.entries()) {
        const claims = [answers[index], answers[index + 20]].filter((claim) => claim != null);
        equal(
          claims.map((claim) => claim.id).every((claimedId) => claimedId === id),
          true,
        );
      }
      await Promise.all(answers.map((claim) => claim && store.complete(claim, { state: 'sent' }, now)));
      includes(await store.counts(), { sent: won.length });
    },
  ),
  contract(
    'a claim wants the present generation: an old hand-over claims nothing',
    async ({ claimOf, claimed, outbox, store }) => {
      const id = await outbox.add({ dueMs: now });
      await store.markEnqueued([{ id, generation: 1 }], now);
      await store.raiseGeneration([{ id, generation: 1 }]);
      equal(await store.claim({ id, generation: 1 }, claimOf()), null);
      same(await store.findDue({ dueBeforeMs: now, limit: 10 }), [
        { id, generation: 2, dueMs: now, priority: 0 },
      ]);
      // A second reconciler that saw the same row raises nothing.
      await store.raiseGeneration([{ id, generation: 1 }]);
      includes(await claimed(id, 2), { generation: 2 });
    },
  ),
  contract('a claim wants the message to be due', async ({ claimOf, outbox, store }) => {
    const id = await outbox.add({ dueMs: now + minuteMs });
    equal(await store.claim({ id, generation: 1 }, claimOf()), null);
    notEqual(await store.claim({ id, generation: 1 }, claimOf(now + minuteMs)), null);
  }),
  contract(
    'nobody claims what was cancelled, sent or refused',
    async ({ claimOf, claimed, outbox, store }) => {
      const ends: Completion[] = [
        { state: 'sent' },
        { state: 'skipped', reason: 'no' },
        { state: 'failed', reason: 'no' },
        { state: 'dead', reason: 'no' },
        { state: 'unknown', reason: 'no' },
      ];
      for (const end of ends) {
        const id = await outbox.add({ dueMs: now });
        equal(await store.complete(await claimed(id), end, now), true);
        equal(await store.claim({ id, generation: 1 }, claimOf()), null);
      }
      const cancelled = await outbox.add({ dueMs: now });
      await outbox.cancel(cancelled);
      equal(await store.claim({ id: cancelled, generation: 1 }, claimOf()), null);
      equal(await store.claimNext({ ...claimOf(), dueBeforeMs: now }), null);
    },
  ),
  contract(
    'a claim is extended by its owner alone, and only while it is one',
    async ({ claimOf, claimed, outbox, store }) => {
      const id = await outbox.add({ dueMs: now });
      const claim = await claimed(id);
      equal(await store.renew(claim, now + 2 * minuteMs), true);
      equal(await store.renew({ ...claim, token: claimOf().token }, now + 3 * minuteMs), false);
      same(await store.expireLeases(now + minuteMs + 1), []);
      includes(await store.expireLeases(now + 2 * minuteMs + 1), [{ id }]);
      equal(await store.renew(claim, now + 3 * minuteMs), false);
    },
  ),
];
