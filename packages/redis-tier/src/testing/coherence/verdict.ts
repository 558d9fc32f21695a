/**
 * The judge. An invalidation counts from its acknowledgement: from then on, no read that begins later, anywhere,
 * returns an older version as fresh from Redis or from a load, and no local tier does so after the bound. The process
 * that invalidated returns nothing older from the call on, not even as stale.
 *
 * Times are in ms of one monotonic clock that all processes of a machine share.
 */

/** The result of a lookup by a process. */
export type Read = {
  readonly key: string;
  /** The process; a restarted process has another name. */
  readonly by: string;
  readonly source: 'local' | 'remote' | 'stale' | 'miss';
  readonly version: number;
  readonly beganMs: number;
};

/** A committed change of the source of truth. */
export type Change = {
  readonly key: string;
  readonly version: number;
  readonly by: string;
  /** When its own process called the invalidation; null when it has not. */
  calledMs: number | null;
  /** When some process learned of the primary's acknowledgement. */
  ackedMs: number | null;
};

export type ViolationKind =
  /** A read from Redis or a load returned an invalidated version. */
  | 'stale-remote'
  /** A local tier returned one after its bound. */
  | 'stale-local'
  /** A process read a version that it had invalidated itself. */
  | 'own-write'
  /** An unchanged entry was missing from the cache, without a fault. */
  | 'lost-entry'
  /** A committed change was not invalidated long after the last fault. */
  | 'unapplied';

export type Violation = { readonly kind: ViolationKind; readonly text: string };

export class ViolationFinder {
  readonly #localBoundMs: number;
  readonly #changes = new Map<string, Change[]>();
  /** The longest time after an acknowledgement at which a local tier still returned an older version. */
  maxLocalLagMs = 0;

  constructor(localBoundMs: number) {
    this.#localBoundMs = localBoundMs;
  }

  /** Must be called in the order of versions. */
  committed(change: Change): void {
    const changes = this.#changes.get(change.key);
    if (changes === undefined) this.#changes.set(change.key, [change]);
    else changes.push(change);
  }

  /** The violation of a read, or undefined. All acknowledgements before the read must be known. */
  judge(read: Read): Violation | undefined {
    const changes = this.#changes.get(read.key) ?? [];
    for (let i = changes.length - 1; i >= 0; i--) {
      const change = changes[i];
      if (change === undefined || change.version <= read.version) return undefined;
      const violation = this.#judgeAgainst(read, change);
      if (violation !== undefined) return violation;
    }
    return undefined;
  }

  /** Drops all but the newest of the changes that every read from this time on must reflect. */
  dropBefore(ms: number): void {
    for (const [key, changes] of this.#changes) {
      const last = changes.findLastIndex(({ ackedMs }) => ackedMs !== null && ackedMs < ms);
      if (last > 0) this.#changes.set(key, changes.slice(last));
    }
  }

  #judgeAgainst(read: Read, change: Change): Violation | undefined {
    const isOwn = change.by === read.by && change.calledMs !== null && change.calledMs <= read.beganMs;
    if (isOwn) return violationOf('own-write', read, change);
    if (read.source === 'stale' || change.ackedMs === null || change.ackedMs >= read.beganMs)
      return undefined;
    if (read.source !== 'local') return violationOf('stale-remote', read, change);
    const lagMs = read.beganMs - change.ackedMs;
    this.maxLocalLagMs = Math.max(this.maxLocalLagMs, lagMs);
    return lagMs > this.#localBoundMs ? violationOf('stale-local', read, change) : undefined;
  }
}

function violationOf(kind: ViolationKind, read: Read, change: Change): Violation {
  const before = (ms: number | null): string =>
    ms === null ? 'never' : `${(read.beganMs - ms).toFixed(1)} ms before`;
  return {
    kind,
    text:
      `${read.by} read version ${read.version} of ${read.key} (${read.source}) despite the change to ` +
      `${change.version} by ${change.by}, called ${before(change.calledMs)}, acknowledged ${before(change.ackedMs)}`,
  };
}
