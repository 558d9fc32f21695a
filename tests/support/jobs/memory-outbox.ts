import { randomUUID } from 'node:crypto';
import type { Completion, MessageLease, MessageRef, OutboxStore } from '@bookedbarber/redis-tier/jobs';
import type { OutboxUnderTest } from '../../../packages/redis-tier/src/testing/index.ts';

type Row = {
  id: string;
  tenant: number;
  priority: number;
  kind: string;
  state: string;
  dueMs: number;
  generation: number;
  attempts: number;
  enqueuedMs: number;
  token: string;
  untilMs: number;
  unknowns: number;
  superseded: boolean;
  follows: string | undefined;
  reason: string;
};

export type MemoryOutbox = OutboxUnderTest & { rows: Map<string, Row> };

const waits = (row: Row): boolean => row.state === 'pending' || row.state === 'enqueued';

/** An outbox in memory, for tests of the jobs that process an outbox. */
export function openMemoryOutbox(): MemoryOutbox {
  const rows = new Map<string, Row>();
  const all = (): Row[] => [...rows.values()].sort((a, b) => a.dueMs - b.dueMs);
  const isFree = (row: Row): boolean =>
    waits(row) && (row.follows === undefined || rows.get(row.follows)?.state !== 'sending');
  const find = ({ id, generation }: MessageRef): Row | undefined => {
    const row = rows.get(id);
    return row?.generation === generation ? row : undefined;
  };
  const refOf = ({ id, generation }: Row): MessageRef => ({ id, generation });

  function fairOrder(dueBeforeMs: number): Row[] {
    const turns = new Map<string, number>();
    const busyOf = (tenant: number) =>
      all().filter((row) => row.state === 'sending' && row.tenant === tenant).length;
    return all()
      .filter((row) => isFree(row) && row.dueMs <= dueBeforeMs)
      .map((row) => {
        const queue = `${row.priority} ${row.tenant}`;
        const turn = turns.get(queue) ?? busyOf(row.tenant);
        turns.set(queue, turn + 1);
        return { turn, row };
      })
      .sort((a, b) => a.row.priority - b.row.priority || a.turn - b.turn || a.row.dueMs - b.row.dueMs)
      .map(({ row }) => row);
  }

  function claimRow(row: Row, { token, untilMs }: { token: string; untilMs: number }): MessageLease {
    Object.assign(row, { state: 'sending', token, untilMs, attempts: row.attempts + 1 });
    const { id, generation, kind, attempts } = row;
    return { id, generation, kind, attempts, token, untilMs };
  }

  function end(row: Row, completion: Completion): void {
    row.reason = 'reason' in completion ? completion.reason : '';
    if (completion.state === 'unknown') row.unknowns += 1;
    const isPendingAgain = ['retry', 'postponed', 'released'].includes(completion.state);
    if ((isPendingAgain || completion.state === 'unknown') && row.superseded) row.state = 'cancelled';
    else if (completion.state === 'skipped') row.state = 'cancelled';
    else row.state = isPendingAgain ? 'pending' : completion.state;
    if (isPendingAgain) row.generation += 1;
    if ('dueMs' in completion) row.dueMs = completion.dueMs;
    if (completion.state === 'postponed' || completion.state === 'released') row.attempts -= 1;
  }

  const store: OutboxStore = {
    findDue: async ({ dueBeforeMs, limit, urgentOnly = false }) =>
      fairOrder(dueBeforeMs)
        .filter((row) => row.state === 'pending' && (!urgentOnly || row.priority === 0))
        .slice(0, limit)
        .map((row) => ({ ...refOf(row), dueMs: row.dueMs, priority: row.priority })),
    countEnqueued: async () => all().filter((row) => row.state === 'enqueued').length,
    async markEnqueued(refs, nowMs) {
      for (const ref of refs) {
        const row = find(ref);
        if (row?.state === 'pending') Object.assign(row, { state: 'enqueued', enqueuedMs: nowMs });
      }
    },
    async claim(ref, claim) {
      const row = find(ref);
      return row !== undefined && isFree(row) && row.dueMs <= claim.nowMs + 2000
        ? claimRow(row, claim)
        : null;
    },
    async claimNext(claim) {
      const [row] = fairOrder(claim.dueBeforeMs);
      return row === undefined ? null : claimRow(row, claim);
    },
    async renew({ id, token }, untilMs) {
      const row = rows.get(id);
      if (row?.state !== 'sending' || row.token !== token) return false;
      row.untilMs = untilMs;
      return true;
    },
    async complete({ id, token }, completion) {
      const row = rows.get(id);
      const isOpen =
        row?.state === 'sending' ||
        (completion.state === 'sent' && row !== undefined && (waits(row) || row.state === 'unknown'));
      if (row === undefined || row.token !== token || !isOpen) return false;
      end(row, completion);
      return true;
    },
    async expireLeases(nowMs) {
      const expired = all().filter((row) => row.state === 'sending' && row.untilMs < nowMs);
      for (const row of expired) end(row, { state: 'unknown', reason: 'lease expired' });
      return expired.map((row) => ({ ...refOf(row), kind: row.kind }));
    },
    async resendUnknown(kind, most, nowMs) {
      const again = all().filter(
        (row) => row.state === 'unknown' && row.kind === kind && row.unknowns <= most,
      );
      for (const row of again)
        Object.assign(row, { state: 'pending', generation: row.generation + 1, dueMs: nowMs });
      return again.length;
    },
    findLost: async ({ dueBeforeMs = Number.POSITIVE_INFINITY, enqueuedBeforeMs, limit }) =>
      all()
        .filter(
          (row) => row.state === 'enqueued' && row.dueMs <= dueBeforeMs && row.enqueuedMs <= enqueuedBeforeMs,
        )
        .slice(0, limit)
        .map(refOf),
    async raiseGeneration(refs) {
      for (const ref of refs) {
        const row = find(ref);
        if (row !== undefined && waits(row))
          Object.assign(row, { state: 'pending', generation: row.generation + 1 });
      }
    },
    async counts() {
      const counts: Record<string, number> = {};
      for (const row of rows.values()) counts[row.state] = (counts[row.state] ?? 0) + 1;
      return counts;
    },
  };

  return {
    store,
    rows,
    async add({ dueMs, kind = 'note', tenant = 1, priority = 0, follows }) {
      const id = randomUUID();
      const blank = {
        state: 'pending',
        generation: 1,
        attempts: 0,
        enqueuedMs: 0,
        token: '',
        untilMs: 0,
        unknowns: 0,
      };
      rows.set(id, { ...blank, id, tenant, priority, kind, dueMs, superseded: false, follows, reason: '' });
      return id;
    },
    async cancel(id) {
      const row = rows.get(id);
      if (row === undefined) return;
      row.superseded = true;
      if (waits(row) || row.state === 'unknown') row.state = 'cancelled';
    },
    stateOf: async (id) => rows.get(id)?.state ?? 'none',
  };
}
