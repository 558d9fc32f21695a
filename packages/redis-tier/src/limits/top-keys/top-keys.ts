/**
 * Who uses how much, and who is limited at this moment: for the operators of a fleet, not for decisions. Each process
 * counts what it decides and tells the server once a second, of the subjects with the most. So the sums are of the whole
 * fleet, at most about a second old, exact for who asks a lot and too low for who hardly does.
 *
 * The server gets the subjects by their names here, for ten minutes: a subject must not be a secret.
 */
import type { Decision } from '../decision.ts';
import type { KeyState, KeyUsage } from '../local/key-states.ts';

export type Usage = {
  readonly limit: string;
  readonly key: string;
  /** Units of the requests that were allowed, and how often a request was refused, within the last 5 to 10 minutes. */
  readonly units: number;
  readonly denied: number;
};

export type Limited = {
  readonly limit: string;
  readonly key: string;
  /** Until a request of the refused cost would be allowed, in ms. */
  readonly retryAfterMs: number;
};

export type TopKeysReport = {
  /** Who uses most, first. */
  readonly top: readonly Usage[];
  /** Who was refused and still would be, the longest first. */
  readonly limited: readonly Limited[];
};

/** Keeps the sums. `tell` is given what is new. */
export type TopKeysStore = {
  tell(tallies: readonly KeyUsage[]): Promise<void>;
  /** They are limited no more. */
  release(names: readonly string[]): Promise<void>;
  report(most: number): Promise<TopKeysReport>;
};

export type TopKeys = {
  count(limit: string, keyState: KeyState, decision: Decision, cost: number): void;
  /** An operator gave the subject a new start. Never rejects. */
  release(limits: readonly string[], key: string): Promise<void>;
  /** Tells the store of what was counted. Never rejects: what it does not take is lost. */
  flush(): Promise<void>;
  /** `most`: entries of each list. Rejects with RedisUnavailableError. */
  report(most: number): Promise<TopKeysReport>;
  close(): void;
};

const everyMs = 1000;
/** Most subjects of one telling, and most that are counted between two. */
const maxReported = 200;
const maxCounted = 10_000;

export function createTopKeys(store: TopKeysStore): TopKeys {
  let counted: KeyUsage[] = [];

  async function flush(): Promise<void> {
    const all = counted;
    counted = [];
    if (all.length === 0) return;
    all.sort((a, b) => b.units + b.denied - a.units - a.denied);
    const told = all.slice(0, maxReported).map((usage) => ({ ...usage }));
    for (const usage of all) {
      usage.units = 0;
      usage.denied = 0;
      usage.waitMs = 0;
    }
    await store.tell(told).catch(() => {});
  }

  const timer = setInterval(() => void flush(), everyMs).unref();
  return {
    count(limit, keyState, decision, cost) {
      if (decision.outage) return;
      // It stays with the place: one anew each second would be the most of what there is to collect.
      keyState.usage ??= { name: nameOf(limit, keyState.key), units: 0, denied: 0, waitMs: 0 };
      const { usage: tally } = keyState;
      if (tally.units + tally.denied === 0) {
        if (counted.length >= maxCounted) return;
        counted.push(tally);
      }
      if (decision.allowed) tally.units += cost;
      else {
        tally.denied += 1;
        tally.waitMs = Math.ceil(decision.retryAfterMs);
      }
    },
    async release(limits, key) {
      await flush();
      await store.release(limits.map((limit) => nameOf(limit, key))).catch(() => {});
    },
    flush,
    async report(most) {
      await flush();
      return store.report(most);
    },
    close: () => clearInterval(timer),
  };
}

/** The resource, which has no spaces, and the subject. */
function nameOf(limit: string, key: string): string {
  return `${limit} ${key}`;
}

function splitName(name: string): { limit: string; key: string } {
  const at = name.indexOf(' ');
  return { limit: name.slice(0, at), key: name.slice(at + 1) };
}

/** The most first. */
export function reportOf(
  sums: ReadonlyMap<string, { units: number; denied: number }>,
  limited: ReadonlyMap<string, number>,
  most: number,
): TopKeysReport {
  return {
    top: [...sums]
      .map(([name, { units, denied }]) => ({ ...splitName(name), units, denied }))
      .sort((a, b) => b.units + b.denied - a.units - a.denied)
      .slice(0, most),
    limited: [...limited]
      .filter(([, retryAfterMs]) => retryAfterMs > 0)
      .map(([name, retryAfterMs]) => ({ ...splitName(name), retryAfterMs }))
      .sort((a, b) => b.retryAfterMs - a.retryAfterMs)
      .slice(0, most),
  };
}
