/**
 * The judge. An invalidation counts from its acknowledgement: from then on no read that begins later, anywhere, returns an
 * older version as fresh from Redis or from a load, and no local tier does so after the bound. The process that
 * invalidated returns nothing older from the call on, not even as stale.
 *
 * Moments are in ms of one steady clock that all processes of a machine share.
 */

/** What a process got when it looked something up. */
export type Read = {
  readonly key: string;
  /** The process, as an incarnation: one that is started again is another. */
  readonly by: string;
  readonly source: 'local' | 'remote' | 'stale' | 'miss';
  readonly version: number;
  readonly beganMs: number;
};

/** A change of the truth that was committed. */
export type Change = {
  readonly key: string;
  readonly version: number;
  readonly by: string;
  /** When its own process asked for the invalidation; null when it did not come to that. */
  calledMs: number | null;
  /** When the primary's acknowledgement was known to some process. */
  ackedMs: number | null;
};

export type ViolationKind =
  /** A read from Redis or of a load gave what had been invalidated. */
  | 'stale-remote'
  /** A local tier gave it after its bound. */
  | 'stale-local'
  /** A process was given what it had invalidated itself. */
  | 'own-write'
  /** What nobody had changed or broken was not in the cache any more. */
  | 'lost-entry'
  /** A committed change was not invalidated although all was well again. */
  | 'unapplied';

export type Violation = { readonly kind: ViolationKind; readonly text: string };

export class ViolationFinder {
  readonly #localBoundMs: number;
  readonly #changes = new Map<string, Change[]>();
  /** The longest time after an acknowledgement at which a local tier still gave an older version. */
  maxLocalLagMs = 0;

  constructor(localBoundMs: number) {
    this.#localBoundMs = localBoundMs;
  }

  /** To be told of in the order of versions. */
  committed(change: Change): void {
    const changes = this.#changes.get(change.key);
    if (changes === undefined) this.#changes.set(change.key, [change]);
    else changes.push(change);
  }

  /** What is wrong with a read; undefined when nothing is. All acknowledgements before it have to be known. */
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

  /** Changes that every read from this moment on has to know of are judged by the newest of them alone. */
  dropBefore(ms: number): void {
    for (const [key, changes] of this.#changes) {
      const last = changes.findLastIndex(({ ackedMs }) => ackedMs !== null && ackedMs < ms);
      if (last > 0) this.#changes.set(key, changes.slice(last));
    }
  }

  #judgeAgainst(read: Read, change: Change): Violation | undefined {
    const isOwn = change.by === read.by && change.calledMs !== null && change.calledMs <= read.beganMs;
    if (isOwn) return tell('own-write', read, change);
    if (read.source === 'stale' || change.ackedMs === null || change.ackedMs >= read.beganMs)
      return undefined;
    if (read.source !== 'local') return tell('stale-remote', read, change);
    const lagMs = read.beganMs - change.ackedMs;
    this.maxLocalLagMs = Math.max(this.maxLocalLagMs, lagMs);
    return lagMs > this.#localBoundMs ? tell('stale-local', read, change) : undefined;
  }
}

function tell(kind: ViolationKind, read: Read, change: Change): Violation {
  const before = (ms: number | null): string =>
    ms === null ? 'never' : `${(read.beganMs - ms).toFixed(1)} ms before`;
  return {
    kind,
    text:
      `${read.by} read version ${read.version} of ${read.key} (${read.source}) in spite of the change to ` +
      `${change.version} by ${change.by}, called ${before(change.calledMs)}, acknowledged ${before(change.ackedMs)}`,
  };
}
