/** Completions of leased messages, including those of crashed and late workers. */
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
    'a message to be retried is pending under the next generation',
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
  contract('a postponement does not count as an attempt', async ({ claimOf, claimed, outbox, store }) => {
    const id = await outbox.add({ dueMs: now });
    await store.complete(
      await claimed(id),
      { state: 'postponed', dueMs: now + minuteMs, reason: 'night' },
      now,
    );
    equal(await store.claim({ id, generation: 2 }, claimOf()), null);
    const again = await store.claim({ id, generation: 2 }, claimOf(now + minuteMs));
    equal(again?.attempts, 1);
  }),
  contract('a released message does not count an attempt', async ({ claimed, outbox, store }) => {
    const id = await outbox.add({ dueMs: now });
    await store.complete(await claimed(id), { state: 'released' }, now);
    includes(await claimed(id, 2), { attempts: 1 });
  }),
  contract(
    'a message that was cancelled while it was being sent is not retried',
    async ({ claimed, outbox, store }) => {
      const completions: Completion[] = [
        { state: 'retry', dueMs: now, reason: 'busy' },
        { state: 'released' },
        { state: 'postponed', dueMs: now, reason: 'night' },
        { state: 'unknown', reason: 'cut' },
      ];
      for (const completion of completions) {
        const id = await outbox.add({ dueMs: now });
        const lease = await claimed(id);
        await outbox.cancel(id);
        equal(await outbox.stateOf(id), 'sending');
        await store.complete(lease, completion, now);
        equal(await outbox.stateOf(id), 'cancelled');
      }
      const sent = await outbox.add({ dueMs: now });
      const lease = await claimed(sent);
      await outbox.cancel(sent);
      await store.complete(lease, { state: 'sent' }, now);
      equal(await outbox.stateOf(sent), 'sent');
    },
  ),
  contract(
    'an expired lease makes the message unknown, and it is resent as often as its kind allows',
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
    'a message whose lease expired and that was cancelled is not resent',
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
    'a late report of a sent message is accepted unless another worker has claimed it since',
    async ({ claimOf, claimed, outbox, store }) => {
      const late = await outbox.add({ dueMs: now, kind: 'confirmation' });
      const lateLease = await claimed(late);
      await store.expireLeases(now + minuteMs + 1);
      await store.resendUnknown('confirmation', 1, now);
      equal(await store.complete(lateLease, { state: 'retry', dueMs: now, reason: 'no' }, now), false);
      equal(await store.complete(lateLease, { state: 'sent' }, now), true);
      equal(await store.claim({ id: late, generation: 2 }, claimOf()), null);

      const taken = await outbox.add({ dueMs: now, kind: 'confirmation' });
      const takenLease = await claimed(taken);
      await store.expireLeases(now + minuteMs + 1);
      await store.resendUnknown('confirmation', 1, now);
      await claimed(taken, 2);
      equal(await store.complete(takenLease, { state: 'sent' }, now), false);
      equal(await outbox.stateOf(taken), 'sending');
    },
  ),
];
