/**
 * The truth, and the judge of what is read of it.
 *
 * An invalidation counts from its acknowledgement. From then on no read that begins later returns an older version as
 * fresh from Redis, and no local tier does so after the bound. The process that invalidated does so from the call on.
 */
export type Read = {
  readonly cache: number;
  readonly source: 'local' | 'remote' | 'stale' | 'miss';
  readonly version: number;
  readonly beganMs: number;
};

type Change = {
  readonly version: number;
  readonly by: number;
  readonly calledMs: number;
  ackedMs: number | null;
};

export class Truth {
  version = 0;
  readonly #changes: Change[] = [];
  /** The longest time after an acknowledgement at which a local tier still gave an older version, in ms. */
  localLagMs = 0;

  /** Commits a change. Call the result when its invalidation has been acknowledged. */
  change(by: number): { acked: () => void } {
    this.version += 1;
    const change: Change = { version: this.version, by, calledMs: performance.now(), ackedMs: null };
    this.#changes.push(change);
    return {
      acked: () => {
        change.ackedMs ??= performance.now();
      },
    };
  }

  /** What is wrong with a read; undefined when nothing is. */
  judge(read: Read, localBoundMs: number): string | undefined {
    for (const change of this.#changes) {
      if (change.version <= read.version) continue;
      const own = change.by === read.cache && change.calledMs <= read.beganMs;
      if (own) return this.#tell('its own', change, read);
      if (read.source === 'stale' || change.ackedMs === null || change.ackedMs >= read.beganMs) continue;
      if (read.source !== 'local') return this.#tell('an acknowledged', change, read);
      const lagMs = read.beganMs - change.ackedMs;
      this.localLagMs = Math.max(this.localLagMs, lagMs);
      if (lagMs > localBoundMs) return this.#tell('a long acknowledged', change, read);
    }
    return undefined;
  }

  #tell(kind: string, change: Change, read: Read): string {
    const { version, by, calledMs, ackedMs } = change;
    const acked =
      ackedMs === null ? 'not acknowledged' : `acknowledged ${(read.beganMs - ackedMs).toFixed(1)} ms before`;
    return (
      `process ${read.cache} read version ${read.version} (${read.source}) in spite of ${kind} change to ${version} ` +
      `by process ${by}, called ${(read.beganMs - calledMs).toFixed(1)} ms before, ${acked}`
    );
  }
}

/** Random numbers from a seed, 0 to 1. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
