/**
 * The source of truth: one version for each key. A commit also records the invalidation, as an outbox in the same
 * transaction would; processes can read the recorded invalidations that no process has applied.
 */

import { type PendingRow, steadyMs } from './messages.ts';
import { type Change, type Read, type Violation, ViolationFinder } from './verdict.ts';

/** Reports arrive within this time of the event; a frozen process may report later, which can only hide a violation. */
const reportsWithinMs = 2000;
/** The committing process has this long to apply its row before others do. */
const relayAfterMs = 500;

type Row = PendingRow & { readonly change: Change; readonly committedMs: number };

export class SourceOfTruth {
  readonly judge: ViolationFinder;
  readonly violations: Violation[] = [];
  readonly counts: Record<Read['source'], number> = { local: 0, remote: 0, stale: 0, miss: 0 };
  changes = 0;
  readonly #onViolation: () => void;
  readonly #versions = new Map<string, number>();
  readonly #rows = new Map<number, Row>();
  readonly #lastRows = new Map<string, number>();
  #waiting: Read[] = [];

  constructor(localBoundMs: number, onViolation: () => void) {
    this.judge = new ViolationFinder(localBoundMs);
    this.#onViolation = onViolation;
  }

  version(key: string): number {
    return this.#versions.get(key) ?? 0;
  }

  commit(
    key: string,
    namespace: string,
    tags: readonly string[],
    by: string,
  ): { version: number; row: number } {
    const version = this.version(key) + 1;
    this.#versions.set(key, version);
    this.changes += 1;
    const change: Change = { key, version, by, calledMs: null, ackedMs: null };
    this.judge.committed(change);
    const row = this.changes;
    this.#rows.set(row, { row, namespace, tags, change, committedMs: steadyMs() });
    this.#lastRows.set(by, row);
    return { version, row };
  }

  called(row: number, ms: number): void {
    const found = this.#rows.get(row);
    if (found !== undefined) found.change.calledMs ??= ms;
  }

  acked(row: number, ms: number): void {
    const found = this.#rows.get(row);
    if (found === undefined) return;
    found.change.ackedMs ??= ms;
    this.#rows.delete(row);
  }

  /** Rows that their own process has had enough time to apply. */
  pending(atLeastMs: number = relayAfterMs): readonly PendingRow[] {
    const beforeMs = steadyMs() - atLeastMs;
    const old = [...this.#rows.values()].filter(({ committedMs }) => committedMs < beforeMs);
    return old.slice(0, 20).map(({ row, namespace, tags }) => ({ row, namespace, tags }));
  }

  add(reads: readonly Read[]): void {
    for (const read of reads) {
      this.counts[read.source] += 1;
      this.#waiting.push(read);
    }
  }

  report(violation: Violation): void {
    this.violations.push(violation);
    this.#onViolation();
  }

  /** Judges the reads for which all reports have arrived; with `all`, every read. */
  judgeReads(all = false): void {
    const knownMs = all ? Number.POSITIVE_INFINITY : steadyMs() - reportsWithinMs;
    const later: Read[] = [];
    let earliestMs = knownMs;
    for (const read of this.#waiting) {
      if (read.beganMs > knownMs) {
        later.push(read);
        earliestMs = Math.min(earliestMs, read.beganMs);
        continue;
      }
      const violation = this.judge.judge(read);
      if (violation !== undefined) this.report(violation);
    }
    this.#waiting = later;
    // A frozen process may still report reads from before it was frozen.
    if (!all) this.judge.dropBefore(earliestMs - 30_000);
  }
}
