import { strictEqual as equal, deepStrictEqual as same } from 'node:assert/strict';
import type { MessageLease, OutboxStore } from '../../jobs/index.ts';
import type { Contract } from './promise.ts';

/** An empty outbox, with the operations of its application. */
export type OutboxUnderTest = {
  store: OutboxStore;
  /** Adds a pending message of generation 1; tenants are distinguished by their numbers. */
  add(message: {
    dueMs: number;
    kind?: string;
    tenant?: number;
    priority?: number;
    /** Id of a message that must be completed first. */
    follows?: string;
  }): Promise<string>;
  /** Cancels a message, as a change in the application would. */
  cancel(id: string): Promise<void>;
  stateOf(id: string): Promise<string>;
};

export const now: number = Date.parse('2026-11-23T12:00:00Z');
export const minuteMs = 60_000;

type Given = {
  outbox: OutboxUnderTest;
  store: OutboxStore;
  /** Arguments of a claim by a new worker, with a lease of one minute. */
  claimOf(nowMs?: number): { token: string; nowMs: number; untilMs: number };
  /** Claims a message that must be claimable. */
  claimed(id: string, generation?: number): Promise<MessageLease>;
};

export function contract(title: string, body: (given: Given) => Promise<void>): Contract<OutboxUnderTest> {
  return {
    title,
    run: async (outbox) => {
      const { store } = outbox;
      let workers = 0;
      const claimOf = (nowMs = now): { token: string; nowMs: number; untilMs: number } => {
        workers += 1;
        const token = `00000000-0000-4000-8000-${String(workers).padStart(12, '0')}`;
        return { token, nowMs, untilMs: nowMs + minuteMs };
      };
      const claimed = async (id: string, generation = 1): Promise<MessageLease> => {
        const lease = await store.claim({ id, generation }, claimOf());
        if (lease === null) throw new Error('the message could not be claimed');
        return lease;
      };
      await body({ outbox, store, claimOf, claimed });
    },
  };
}

/** Asserts that `actual` contains the fields of `expected`; for a list, each of its items. */
export function includes(actual: unknown, expected: object): void {
  if (Array.isArray(expected)) {
    const items = actual as readonly unknown[];
    equal(items.length, expected.length);
    for (const [index, item] of expected.entries()) includes(items[index], item as object);
    return;
  }
  const found = (key: string): unknown => (actual as Record<string, unknown> | null)?.[key];
  same(Object.fromEntries(Object.keys(expected).map((key) => [key, found(key)])), expected);
}
