/** What becomes of a claimed message, also when its worker fell silent or was late. */
import {
  strictEqual as equal,
  notStrictEqual as notEqual,
  deepStrictEqual as same,
} from 'node:assert/strict';
import type { Completion } from '../../jobs/index.ts';
import { contract, includes, minuteMs, now, type OutboxUnderTest } from './outbox-subject.ts';
import type { Contract } from './promise.ts';

export const completingContract: readonly Contract<OutboxUnderTest>[] = [
  contract(
    'what is to be tried again is pending under the next generation',
    async ({ claimOf, claimed, outbox, store }) => {
      const id = await outbox.add({ dueMs: now });
      await store.complete(await claimed(id), { state: 'retry', dueMs: now + minuteMs, reason: 'busy' }, now);
      same(await store.findDue({ dueBeforeMs: now + minuteMs, limit: 10 }), [
        { id, generation: 2, dueMs: now + minuteMs, priority: 0 },
      ]);
      const again = await store.claim({ id, generation: 2 }, claimOf(now + minuteMs));
      equal(again?.attempts, 2);
    },
  ),
  contract(
    'what is put off until its time has not been tried',
    async ({ claimOf, claimed, outbox, store }) => {
      const id = await outbox.add({ dueMs: now });
      await store.complete(
        await claimed(id),
        { state: 'postponed', dueMs: now + minuteMs, reason: 'night' },
        now,
      );
      equal(await store.claim({ id, generation: 2 }, claimOf()), null);
      const again = await store.claim({ id, generation: 2 }, claimOf(now + minuteMs));
      equal(again?.attempts, 1);
    },
  ),
  contract('what was returned has not been tried', async ({ claimed, outbox, store }) => {
    const id = await outbox.add({ dueMs: now });
    await store.complete(await claimed(id), { state: 'released' }, now);
    includes(await claimed(id, 2), { attempts: 1 });
  }),
  contract(
    'what was cancelled while it was being sent is not tried again',
    async ({ claimed, outbox, store }) => {
      const unhappy: Completion[] = [
        { state: 'retry', dueMs: now, reason: 'busy' },
        { state: 'released' },
        { state: 'postponed', dueMs: now, reason: 'night' },
        { state: 'unknown', reason: 'cut' },
      ];
      for (const end of unhappy) {
        const id = await outbox.add({ dueMs: now });
        const claim = await claimed(id);
        await outbox.cancel(id);
        equal(await outbox.stateOf(id), 'sending');
        await store.complete(claim, end, now);
        equal(await outbox.stateOf(id), 'cancelled');
      }
      const sent = await outbox.add({ dueMs: now });
      const claim = await claimed(sent);
      await outbox.cancel(sent);
      await store.complete(claim, { state: 'sent' }, now);
      equal(await outbox.stateOf(sent), 'sent');
    },
  ),
  contract(
    'a claim that ran out is unknown, and sent again as often as its kind says',
    async ({ claimOf, claimed, outbox, store }) => {
      const id = await outbox.add({ dueMs: now, kind: 'confirmation' });
      await claimed(id);
      const laterMs = now + minuteMs + 1;
      await store.expireLeases(laterMs);
      equal(await outbox.stateOf(id), 'unknown');
      equal(await store.resendUnknown('reschedule', 1, laterMs), 0);
      equal(await store.resendUnknown('confirmation', 1, laterMs), 1);
      notEqual(await store.claim({ id, generation: 2 }, claimOf(laterMs)), null);
      await store.expireLeases(laterMs + minuteMs + 1);
      equal(await store.resendUnknown('confirmation', 1, laterMs), 0);
      equal(await outbox.stateOf(id), 'unknown');
    },
  ),
  contract(
    'a claim that ran out and was cancelled meanwhile is not sent again',
    async ({ claimed, outbox, store }) => {
      const id = await outbox.add({ dueMs: now, kind: 'confirmation' });
      await claimed(id);
      await outbox.cancel(id);
      await store.expireLeases(now + minuteMs + 1);
      equal(await outbox.stateOf(id), 'cancelled');
      equal(await store.resendUnknown('confirmation', 1, now), 0);
    },
  ),
  contract(
    'who was late and did send is believed, unless somebody else has claimed since',
    async ({ claimOf, claimed, outbox, store }) => {
      const late = await outbox.add({ dueMs: now, kind: 'confirmation' });
      const lateClaim = await claimed(late);
      await store.expireLeases(now + minuteMs + 1);
      await store.resendUnknown('confirmation', 1, now);
      equal(await store.complete(lateClaim, { state: 'retry', dueMs: now, reason: 'no' }, now), false);
      equal(await store.complete(lateClaim, { state: 'sent' }, now), true);
      equal(await store.claim({ id: late, generation: 2 }, claimOf()), null);

      const taken = await outbox.add({ dueMs: now, kind: 'confirmation' });
      const takenClaim = await claimed(taken);
      await store.expireLeases(now + minuteMs + 1);
      await store.resendUnknown('confirmation', 1, now);
      await claimed(taken, 2);
      equal(await store.complete(takenClaim, { state: 'sent' }, now), false);
      equal(await outbox.stateOf(taken), 'sending');
    },
  ),
];
