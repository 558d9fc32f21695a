/** What becomes of a claimed message, also when its worker fell silent or was late. */
import {
  strictEqual as equal,
  notStrictEqual as notEqual,
  deepStrictEqual as same,
} from 'node:assert/strict';
import type { Settlement } from '../../jobs/index.ts';
import { includes, keeps, minuteMs, now, type OutboxUnderTest } from './outbox-subject.ts';
import type { Promised } from './promise.ts';

export const settlingPromises: readonly Promised<OutboxUnderTest>[] = [
  keeps(
    'what is to be tried again is pending under the next generation',
    async ({ claimOf, claimed, outbox, store }) => {
      const id = await outbox.add({ dueMs: now });
      await store.settle(await claimed(id), { to: 'retry', dueMs: now + minuteMs, reason: 'busy' }, now);
      same(await store.findDue({ dueBeforeMs: now + minuteMs, limit: 10 }), [
        { id, generation: 2, dueMs: now + minuteMs, priority: 0 },
      ]);
      const again = await store.claim({ id, generation: 2 }, claimOf(now + minuteMs));
      equal(again?.attempts, 2);
    },
  ),
  keeps('what is put off until its time has not been tried', async ({ claimOf, claimed, outbox, store }) => {
    const id = await outbox.add({ dueMs: now });
    await store.settle(await claimed(id), { to: 'later', dueMs: now + minuteMs, reason: 'night' }, now);
    equal(await store.claim({ id, generation: 2 }, claimOf()), null);
    const again = await store.claim({ id, generation: 2 }, claimOf(now + minuteMs));
    equal(again?.attempts, 1);
  }),
  keeps('what was returned has not been tried', async ({ claimed, outbox, store }) => {
    const id = await outbox.add({ dueMs: now });
    await store.settle(await claimed(id), { to: 'returned' }, now);
    includes(await claimed(id, 2), { attempts: 1 });
  }),
  keeps(
    'what was cancelled while it was being sent is not tried again',
    async ({ claimed, outbox, store }) => {
      const unhappy: Settlement[] = [
        { to: 'retry', dueMs: now, reason: 'busy' },
        { to: 'returned' },
        { to: 'later', dueMs: now, reason: 'night' },
        { to: 'unknown', reason: 'cut' },
      ];
      for (const end of unhappy) {
        const id = await outbox.add({ dueMs: now });
        const claim = await claimed(id);
        await outbox.cancel(id);
        equal(await outbox.stateOf(id), 'sending');
        await store.settle(claim, end, now);
        equal(await outbox.stateOf(id), 'cancelled');
      }
      const sent = await outbox.add({ dueMs: now });
      const claim = await claimed(sent);
      await outbox.cancel(sent);
      await store.settle(claim, { to: 'sent' }, now);
      equal(await outbox.stateOf(sent), 'sent');
    },
  ),
  keeps(
    'a claim that ran out is unknown, and sent again as often as its kind says',
    async ({ claimOf, claimed, outbox, store }) => {
      const id = await outbox.add({ dueMs: now, kind: 'confirmation' });
      await claimed(id);
      const laterMs = now + minuteMs + 1;
      await store.expireClaims(laterMs);
      equal(await outbox.stateOf(id), 'unknown');
      equal(await store.resendUnknown('reschedule', 1, laterMs), 0);
      equal(await store.resendUnknown('confirmation', 1, laterMs), 1);
      notEqual(await store.claim({ id, generation: 2 }, claimOf(laterMs)), null);
      await store.expireClaims(laterMs + minuteMs + 1);
      equal(await store.resendUnknown('confirmation', 1, laterMs), 0);
      equal(await outbox.stateOf(id), 'unknown');
    },
  ),
  keeps(
    'a claim that ran out and was cancelled meanwhile is not sent again',
    async ({ claimed, outbox, store }) => {
      const id = await outbox.add({ dueMs: now, kind: 'confirmation' });
      await claimed(id);
      await outbox.cancel(id);
      await store.expireClaims(now + minuteMs + 1);
      equal(await outbox.stateOf(id), 'cancelled');
      equal(await store.resendUnknown('confirmation', 1, now), 0);
    },
  ),
  keeps(
    'who was late and did send is believed, unless somebody else has claimed since',
    async ({ claimOf, claimed, outbox, store }) => {
      const late = await outbox.add({ dueMs: now, kind: 'confirmation' });
      const lateClaim = await claimed(late);
      await store.expireClaims(now + minuteMs + 1);
      await store.resendUnknown('confirmation', 1, now);
      equal(await store.settle(lateClaim, { to: 'retry', dueMs: now, reason: 'no' }, now), false);
      equal(await store.settle(lateClaim, { to: 'sent' }, now), true);
      equal(await store.claim({ id: late, generation: 2 }, claimOf()), null);

      const taken = await outbox.add({ dueMs: now, kind: 'confirmation' });
      const takenClaim = await claimed(taken);
      await store.expireClaims(now + minuteMs + 1);
      await store.resendUnknown('confirmation', 1, now);
      await claimed(taken, 2);
      equal(await store.settle(takenClaim, { to: 'sent' }, now), false);
      equal(await outbox.stateOf(taken), 'sending');
    },
  ),
];
