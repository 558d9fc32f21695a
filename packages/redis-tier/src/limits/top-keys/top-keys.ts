/**
 * Which keys use most, and which are denied now: for the operators of a fleet, not for decisions. Each process counts
 * its decisions and reports the keys with the highest counts to the server once a second. So the sums cover the whole
 * fleet and are at most about a second old. They are exact for keys with many requests and may be too low for keys
 * with few.
 *
 * The server stores limit keys in clear text for ten minutes, so a limit key must not be a secret.
 */
import { timers } from '../../core/internal.ts';
import type { Decision } from '../decision.ts';
import type { KeyState, KeyUsage } from '../local/key-states.ts';

export type Usage = {
  readonly limit: string;
  readonly key: string;
  /** Units of allowed requests, and number of denied requests, within the last 5 to 10 minutes. */
  readonly units: number;
  readonly denied: number;
};

export type Limited = {
  readonly limit: string;
  readonly key: string;
  /** Until a request of the denied cost would be allowed, in ms. */
  readonly retryAfterMs: number;
};

export type TopKeysReport = {
  /** Keys with the most requests, highest first. */
  readonly top: readonly Usage[];
  /** Keys that are still denied, longest first. */
  readonly limited: readonly Limited[];
};

/** Stores the sums. */
export type TopKeysStore = {
  /** Adds new usage. */
  record(usages: readonly KeyUsage[]): Promise<void>;
  /** Removes the names from those denied now. */
  release(names: readonly string[]): Promise<void>;
  report(most: number): Promise<TopKeysReport>;
};

export type TopKeys = {
  count(limit: string, keyState: KeyState, decision: Decision, cost: number): void;
  /** An operator has reset the key or overridden its limits. Never rejects. */
  release(limits: readonly string[], key: string): Promise<void>;
  /** Sends the counts to the store. Never rejects: counts that the store does not accept are lost. */
  flush(): Promise<void>;
  /** `most`: entries of each list. Rejects with RedisUnavailableError. */
  report(most: number): Promise<TopKeysReport>;
  close(): void;
};

const everyMs = 1000;
/** Maximum keys in one report, and maximum keys counted between two reports. */
const maxReported = 200;
const maxCounted = 10_000;

export function createTopKeys(store: TopKeysStore): TopKeys {
  let counted: KeyUsage[] = [];

  async function flush(): Promise<void> {
    const all = counted;
    counted = [];
    if (all.length === 0) return;
    all.sort((a, b) => b.units + b.denied - a.units - a.denied);
    const reported = all.slice(0, maxReported).map((usage) => ({ ...usage }));
    for (const usage of all) {
      usage.units = 0;
      usage.denied = 0;
      usage.waitMs = 0;
    }
    await store.record(reported).catch(() => {});
  }

  const timer = timers.setInterval(() => void flush(), everyMs).unref();
  return {
    count(limit, keyState, decision, cost) {
      if (decision.outage) return;
      // The object stays with the key state: a new one each second would be most of the garbage to collect.
      keyState.usage ??= { name: nameOf(limit, keyState.key), units: 0, denied: 0, waitMs: 0 };
      const { usage } = keyState;
      if (usage.units + usage.denied === 0) {
        if (counted.length >= maxCounted) return;
        counted.push(usage);
      }
      if (decision.allowed) usage.units += cost;
      else {
        usage.denied += 1;
        usage.waitMs = Math.ceil(decision.retryAfterMs);
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
    close: () => timers.clearInterval(timer),
  };
}

/** The name of the limit, which has no spaces, and the key. */
function nameOf(limit: string, key: string): string {
  return `${limit} ${key}`;
}

function splitName(name: string): { limit: string; key: string } {
  const at = name.indexOf(' ');
  return { limit: name.slice(0, at), key: name.slice(at + 1) };
}

/** Builds a report with the highest values first. */
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
