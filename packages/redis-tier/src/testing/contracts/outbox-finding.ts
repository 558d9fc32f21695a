/** Queries of an outbox: what they find, and in which order. */
import { strictEqual as equal, deepStrictEqual as same } from 'node:assert/strict';
import { contract, includes, now, type OutboxUnderTest } from './outbox-subject.ts';
import type { Contract } from './promise.ts';

export const findingContract: readonly Contract<OutboxUnderTest>[] = [
  contract('finds due messages, the tenants in turn', async ({ outbox, store }) => {
    const many = [];
    for (let number = 0; number < 3; number += 1)
      many.push(await outbox.add({ dueMs: now - 10 + number, tenant: 1 }));
    const other = await outbox.add({ dueMs: now, tenant: 2 });
    await outbox.add({ dueMs: now + 1, tenant: 1 });
    const due = await store.findDue({ dueBeforeMs: now, limit: 10 });
    same(
      due.map((message) => message.id),
      [many[0], other, many[1], many[2]],
    );
    same(due[0], { id: many[0], generation: 1, dueMs: now - 10, priority: 0 });
    equal((await store.findDue({ dueBeforeMs: now, limit: 2 })).length, 2);
  }),
  contract('finds urgent messages first, and only urgent ones on request', async ({ outbox, store }) => {
    const patient = await outbox.add({ dueMs: now - 10, priority: 1 });
    const urgent = await outbox.add({ dueMs: now });
    const other = await outbox.add({ dueMs: now, priority: 1, tenant: 2 });
    const ids = async (urgentOnly: boolean) =>
      (await store.findDue({ dueBeforeMs: now, limit: 10, urgentOnly })).map((message) => message.id);
    same(await ids(false), [urgent, patient, other]);
    same(await ids(true), [urgent]);
  }),
  contract(
    'an enqueued message is not found as due again, and not as lost too early',
    async ({ outbox, store }) => {
      const id = await outbox.add({ dueMs: now });
      await store.markEnqueued([{ id, generation: 1 }], now);
      same(await store.findDue({ dueBeforeMs: now, limit: 10 }), []);
      equal(await store.countEnqueued(), 1);
      const lost = (dueBeforeMs: number | undefined, enqueuedBeforeMs: number) =>
        store.findLost({
          ...(dueBeforeMs === undefined ? {} : { dueBeforeMs }),
          enqueuedBeforeMs,
          limit: 10,
        });
      same(await lost(now - 1, now), []);
      same(await lost(now, now - 1), []);
      same(await lost(now, now), [{ id, generation: 1 }]);
      same(await lost(undefined, now), [{ id, generation: 1 }]);
    },
  ),
  contract('polling claims each due message once, the oldest first', async ({ claimOf, outbox, store }) => {
    const ids = [await outbox.add({ dueMs: now - 2 }), await outbox.add({ dueMs: now - 1 })];
    await outbox.add({ dueMs: now + 1 });
    const next = () => store.claimNext({ ...claimOf(), dueBeforeMs: now });
    equal((await next())?.id, ids[0]);
    equal((await next())?.id, ids[1]);
    equal(await next(), null);
  }),
  contract(
    'polling claims urgent messages first, the tenants in turn, including enqueued messages',
    async ({ claimOf, outbox, store }) => {
      const many = [];
      for (let number = 0; number < 3; number += 1)
        many.push(await outbox.add({ dueMs: now - 10 + number, priority: 1 }));
      const other = await outbox.add({ dueMs: now, tenant: 2, priority: 1 });
      const urgent = await outbox.add({ dueMs: now, tenant: 3 });
      await store.markEnqueued([{ id: other, generation: 1 }], now);
      const order = [];
      for (let number = 0; number < 5; number += 1)
        order.push((await store.claimNext({ ...claimOf(), dueBeforeMs: now }))?.id);
      same(order, [urgent, many[0], other, many[1], many[2]]);
    },
  ),
  contract(
    'a message waits for the one that it follows while that one is being sent',
    async ({ claimOf, claimed, outbox, store }) => {
      const first = await outbox.add({ dueMs: now - 1 });
      const lease = await claimed(first);
      const second = await outbox.add({ dueMs: now, follows: first });
      same(await store.findDue({ dueBeforeMs: now, limit: 10 }), []);
      equal(await store.claim({ id: second, generation: 1 }, claimOf()), null);
      equal(await store.claimNext({ ...claimOf(), dueBeforeMs: now }), null);
      await store.complete(lease, { state: 'sent' }, now);
      includes(await claimed(second), { id: second });
    },
  ),
  contract('counts messages by state', async ({ claimed, outbox, store }) => {
    await outbox.add({ dueMs: now });
    await store.complete(
      await claimed(await outbox.add({ dueMs: now })),
      { state: 'dead', reason: 'no' },
      now,
    );
    includes(await store.counts(), { pending: 1, dead: 1 });
  }),
];
