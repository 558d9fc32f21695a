import type { OutboxStore, Settlement } from '@bookedbarber/redis-tier/jobs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** An outbox under test, with what its application does to it. */
export type OutboxUnderTest = {
  store: OutboxStore;
  /** Writes a message; tenants are told apart by their numbers. */
  add(message: {
    dueMs: number;
    kind?: string;
    tenant?: number;
    priority?: number;
    follows?: string;
  }): Promise<string>;
  /** The application's change that makes a message untrue. */
  cancel(id: string): Promise<void>;
  stateOf(id: string): Promise<string>;
  close(): Promise<void>;
};

const now = Date.parse('2026-11-23T12:00:00Z');
const minuteMs = 60_000;

/** What every outbox has to keep to, whatever holds it. */
export function describeOutbox(name: string, open: () => Promise<OutboxUnderTest>): void {
  describe(`the outbox in ${name}`, () => {
    let outbox: OutboxUnderTest;
    let store: OutboxStore;
    beforeEach(async () => {
      outbox = await open();
      store = outbox.store;
    });
    afterEach(() => outbox.close());

    let token = 0;
    const claimOf = (nowMs = now) => {
      token += 1;
      const tokenText = `00000000-0000-4000-8000-${String(token).padStart(12, '0')}`;
      return { token: tokenText, nowMs, untilMs: nowMs + minuteMs };
    };
    const claimed = async (id: string, generation = 1) => {
      const claim = await store.claim({ id, generation }, claimOf());
      if (claim === null) throw new Error('the claim was refused');
      return claim;
    };

    test('finds what is due, the tenants in turn', async () => {
      const many = [];
      for (let number = 0; number < 3; number += 1)
        many.push(await outbox.add({ dueMs: now - 10 + number, tenant: 1 }));
      const other = await outbox.add({ dueMs: now, tenant: 2 });
      await outbox.add({ dueMs: now + 1, tenant: 1 });
      const due = await store.findDue({ dueBeforeMs: now, limit: 10 });
      expect(due.map((message) => message.id)).toEqual([many[0], other, many[1], many[2]]);
      expect(due[0]).toEqual({ id: many[0], generation: 1, dueMs: now - 10, priority: 0 });
      expect(await store.findDue({ dueBeforeMs: now, limit: 2 })).toHaveLength(2);
    });

    test('finds the urgent before what can wait, and alone when that is asked', async () => {
      const patient = await outbox.add({ dueMs: now - 10, priority: 1 });
      const urgent = await outbox.add({ dueMs: now });
      const other = await outbox.add({ dueMs: now, priority: 1, tenant: 2 });
      const ids = async (urgentOnly: boolean) =>
        (await store.findDue({ dueBeforeMs: now, limit: 10, urgentOnly })).map((message) => message.id);
      expect(await ids(false)).toEqual([urgent, patient, other]);
      expect(await ids(true)).toEqual([urgent]);
    });

    test('what was handed is not found again, and not lost before its time', async () => {
      const id = await outbox.add({ dueMs: now });
      await store.markHanded([{ id, generation: 1 }], now);
      expect(await store.findDue({ dueBeforeMs: now, limit: 10 })).toEqual([]);
      expect(await store.countHanded()).toBe(1);
      const lost = (dueBeforeMs: number | undefined, handedBeforeMs: number) =>
        store.findLost({ ...(dueBeforeMs === undefined ? {} : { dueBeforeMs }), handedBeforeMs, limit: 10 });
      expect(await lost(now - 1, now)).toEqual([]);
      expect(await lost(now, now - 1)).toEqual([]);
      expect(await lost(now, now)).toEqual([{ id, generation: 1 }]);
      expect(await lost(undefined, now)).toEqual([{ id, generation: 1 }]);
    });

    test('is claimed by one of many who ask at once', async () => {
      const id = await outbox.add({ dueMs: now });
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => store.claim({ id, generation: 1 }, claimOf())),
      );
      const won = answers.filter((answer) => answer !== null);
      expect(won).toHaveLength(1);
      expect(won[0]).toMatchObject({ id, generation: 1, attempts: 1, untilMs: now + minuteMs });
      expect(await outbox.stateOf(id)).toBe('sending');
    });

    test('draining claims each message once, the oldest first, and nothing that is not due', async () => {
      const ids = [await outbox.add({ dueMs: now - 2 }), await outbox.add({ dueMs: now - 1 })];
      await outbox.add({ dueMs: now + 1 });
      const next = () => store.claimNext({ ...claimOf(), dueBeforeMs: now });
      expect((await next())?.id).toBe(ids[0]);
      expect((await next())?.id).toBe(ids[1]);
      expect(await next()).toBeNull();
    });

    test('draining takes the tenants in turn, the urgent first, and what the queue has too', async () => {
      const many = [];
      for (let number = 0; number < 3; number += 1)
        many.push(await outbox.add({ dueMs: now - 10 + number, priority: 1 }));
      const other = await outbox.add({ dueMs: now, tenant: 2, priority: 1 });
      const urgent = await outbox.add({ dueMs: now, tenant: 3 });
      await store.markHanded([{ id: other, generation: 1 }], now);
      const order = [];
      for (let number = 0; number < 5; number += 1)
        order.push((await store.claimNext({ ...claimOf(), dueBeforeMs: now }))?.id);
      expect(order).toEqual([urgent, many[0], other, many[1], many[2]]);
    });

    test('many claims at once get each what they asked for, and nothing twice', async () => {
      const ids = await Promise.all(Array.from({ length: 30 }, () => outbox.add({ dueMs: now })));
      const named = ids.slice(0, 20);
      const answers = await Promise.all([
        ...named.map((id) => store.claim({ id, generation: 1 }, claimOf())),
        ...named.map((id) => store.claim({ id, generation: 1 }, claimOf())),
        ...ids.slice(20).map(() => store.claimNext({ ...claimOf(), dueBeforeMs: now })),
      ]);
      const won = answers.flatMap((claim) => (claim === null ? [] : [claim.id]));
      expect(new Set(won).size).toBe(won.length);
      for (const [index, id] of named.entries()) {
        const claims = [answers[index], answers[index + 20]].filter((claim) => claim != null);
        expect(claims.map((claim) => claim.id).every((claimedId) => claimedId === id)).toBe(true);
      }
      await Promise.all(answers.map((claim) => claim && store.settle(claim, { to: 'sent' }, now)));
      expect(await store.counts()).toMatchObject({ sent: won.length });
    });

    test('a claim wants the present generation: an old hand-over claims nothing', async () => {
      const id = await outbox.add({ dueMs: now });
      await store.markHanded([{ id, generation: 1 }], now);
      await store.raiseGeneration([{ id, generation: 1 }]);
      expect(await store.claim({ id, generation: 1 }, claimOf())).toBeNull();
      expect(await store.findDue({ dueBeforeMs: now, limit: 10 })).toEqual([
        { id, generation: 2, dueMs: now, priority: 0 },
      ]);
      // A second reconciler that saw the same row raises nothing.
      await store.raiseGeneration([{ id, generation: 1 }]);
      expect(await claimed(id, 2)).toMatchObject({ generation: 2 });
    });

    test('a claim wants the message to be due', async () => {
      const id = await outbox.add({ dueMs: now + minuteMs });
      expect(await store.claim({ id, generation: 1 }, claimOf())).toBeNull();
      expect(await store.claim({ id, generation: 1 }, claimOf(now + minuteMs))).not.toBeNull();
    });

    test('nobody claims what was cancelled, sent or refused', async () => {
      const ends: Settlement[] = [
        { to: 'sent' },
        { to: 'skipped', reason: 'no' },
        { to: 'failed', reason: 'no' },
        { to: 'dead', reason: 'no' },
        { to: 'unknown', reason: 'no' },
      ];
      for (const end of ends) {
        const id = await outbox.add({ dueMs: now });
        expect(await store.settle(await claimed(id), end, now)).toBe(true);
        expect(await store.claim({ id, generation: 1 }, claimOf())).toBeNull();
      }
      const cancelled = await outbox.add({ dueMs: now });
      await outbox.cancel(cancelled);
      expect(await store.claim({ id: cancelled, generation: 1 }, claimOf())).toBeNull();
      expect(await store.claimNext({ ...claimOf(), dueBeforeMs: now })).toBeNull();
    });

    test('what is to be tried again is pending under the next generation', async () => {
      const id = await outbox.add({ dueMs: now });
      await store.settle(await claimed(id), { to: 'retry', dueMs: now + minuteMs, reason: 'busy' }, now);
      expect(await store.findDue({ dueBeforeMs: now + minuteMs, limit: 10 })).toEqual([
        { id, generation: 2, dueMs: now + minuteMs, priority: 0 },
      ]);
      const again = await store.claim({ id, generation: 2 }, claimOf(now + minuteMs));
      expect(again?.attempts).toBe(2);
    });

    test('what is put off until its time has not been tried', async () => {
      const id = await outbox.add({ dueMs: now });
      await store.settle(await claimed(id), { to: 'later', dueMs: now + minuteMs, reason: 'night' }, now);
      expect(await store.claim({ id, generation: 2 }, claimOf())).toBeNull();
      const again = await store.claim({ id, generation: 2 }, claimOf(now + minuteMs));
      expect(again?.attempts).toBe(1);
    });

    test('what was returned has not been tried', async () => {
      const id = await outbox.add({ dueMs: now });
      await store.settle(await claimed(id), { to: 'returned' }, now);
      expect(await claimed(id, 2)).toMatchObject({ attempts: 1 });
    });

    test('what was cancelled while it was being sent is not tried again', async () => {
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
        expect(await outbox.stateOf(id)).toBe('sending');
        await store.settle(claim, end, now);
        expect(await outbox.stateOf(id)).toBe('cancelled');
      }
      const sent = await outbox.add({ dueMs: now });
      const claim = await claimed(sent);
      await outbox.cancel(sent);
      await store.settle(claim, { to: 'sent' }, now);
      expect(await outbox.stateOf(sent)).toBe('sent');
    });

    test('a claim is extended by its owner alone, and only while it is one', async () => {
      const id = await outbox.add({ dueMs: now });
      const claim = await claimed(id);
      expect(await store.renew(claim, now + 2 * minuteMs)).toBe(true);
      expect(await store.renew({ ...claim, token: claimOf().token }, now + 3 * minuteMs)).toBe(false);
      expect(await store.expireClaims(now + minuteMs + 1)).toEqual([]);
      expect(await store.expireClaims(now + 2 * minuteMs + 1)).toMatchObject([{ id }]);
      expect(await store.renew(claim, now + 3 * minuteMs)).toBe(false);
    });

    test('a claim that ran out is unknown, and sent again as often as its kind says', async () => {
      const id = await outbox.add({ dueMs: now, kind: 'confirmation' });
      await claimed(id);
      const laterMs = now + minuteMs + 1;
      await store.expireClaims(laterMs);
      expect(await outbox.stateOf(id)).toBe('unknown');
      expect(await store.resendUnknown('reschedule', 1, laterMs)).toBe(0);
      expect(await store.resendUnknown('confirmation', 1, laterMs)).toBe(1);
      expect(await store.claim({ id, generation: 2 }, claimOf(laterMs))).not.toBeNull();
      await store.expireClaims(laterMs + minuteMs + 1);
      expect(await store.resendUnknown('confirmation', 1, laterMs)).toBe(0);
      expect(await outbox.stateOf(id)).toBe('unknown');
    });

    test('a claim that ran out and was cancelled meanwhile is not sent again', async () => {
      const id = await outbox.add({ dueMs: now, kind: 'confirmation' });
      await claimed(id);
      await outbox.cancel(id);
      await store.expireClaims(now + minuteMs + 1);
      expect(await outbox.stateOf(id)).toBe('cancelled');
      expect(await store.resendUnknown('confirmation', 1, now)).toBe(0);
    });

    test('who was late and did send is believed, unless somebody else has claimed since', async () => {
      const late = await outbox.add({ dueMs: now, kind: 'confirmation' });
      const lateClaim = await claimed(late);
      await store.expireClaims(now + minuteMs + 1);
      await store.resendUnknown('confirmation', 1, now);
      expect(await store.settle(lateClaim, { to: 'retry', dueMs: now, reason: 'no' }, now)).toBe(false);
      expect(await store.settle(lateClaim, { to: 'sent' }, now)).toBe(true);
      expect(await store.claim({ id: late, generation: 2 }, claimOf())).toBeNull();

      const taken = await outbox.add({ dueMs: now, kind: 'confirmation' });
      const takenClaim = await claimed(taken);
      await store.expireClaims(now + minuteMs + 1);
      await store.resendUnknown('confirmation', 1, now);
      await claimed(taken, 2);
      expect(await store.settle(takenClaim, { to: 'sent' }, now)).toBe(false);
      expect(await outbox.stateOf(taken)).toBe('sending');
    });

    test('a message waits for the one that it follows, while that is being sent', async () => {
      const first = await outbox.add({ dueMs: now - 1 });
      const claim = await claimed(first);
      const second = await outbox.add({ dueMs: now, follows: first });
      expect(await store.findDue({ dueBeforeMs: now, limit: 10 })).toEqual([]);
      expect(await store.claim({ id: second, generation: 1 }, claimOf())).toBeNull();
      expect(await store.claimNext({ ...claimOf(), dueBeforeMs: now })).toBeNull();
      await store.settle(claim, { to: 'sent' }, now);
      expect(await claimed(second)).toMatchObject({ id: second });
    });

    test('counts what stands where', async () => {
      await outbox.add({ dueMs: now });
      await store.settle(await claimed(await outbox.add({ dueMs: now })), { to: 'dead', reason: 'no' }, now);
      expect(await store.counts()).toMatchObject({ pending: 1, dead: 1 });
    });
  });
}
