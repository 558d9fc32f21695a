/**
 * Who uses how much, and who is limited at this moment: for the operators of a fleet, not for decisions. Each process
 * counts what it decides and tells the server once a second, of the subjects with the most. So the sums are of the whole
 * fleet, at most about a second old, exact for who asks a lot and too low for who hardly does.
 *
 * The server gets the subjects by their names here, for ten minutes: a subject must not be a secret.
 */
import type { Decision } from '../decision.ts';
import type { Place, Tally } from '../local/key-states.ts';

export type Usage = {
  readonly resource: string;
  readonly subject: string;
  /** Units of the requests that were allowed, and how often a request was refused, within the last 5 to 10 minutes. */
  readonly units: number;
  readonly refused: number;
};

export type Limited = {
  readonly resource: string;
  readonly subject: string;
  /** Until a request of the refused cost would be allowed, in ms. */
  readonly forMs: number;
};

export type WatchReport = {
  /** Who uses most, first. */
  readonly top: readonly Usage[];
  /** Who was refused and still would be, the longest first. */
  readonly limited: readonly Limited[];
};

/** Keeps the sums. `tell` is given what is new. */
export type WatchStore = {
  tell(tallies: readonly Tally[]): Promise<void>;
  /** They are limited no more. */
  release(names: readonly string[]): Promise<void>;
  report(most: number): Promise<WatchReport>;
};

export type Watch = {
  count(resource: string, place: Place, decision: Decision, cost: number): void;
  /** An operator gave the subject a new start. Never rejects. */
  release(resources: readonly string[], subject: string): Promise<void>;
  /** Tells the store of what was counted. Never rejects: what it does not take is lost. */
  flush(): Promise<void>;
  /** `most`: entries of each list. Rejects with RedisUnavailable. */
  report(most: number): Promise<WatchReport>;
  close(): void;
};

const everyMs = 1000;
/** Most subjects of one telling, and most that are counted between two. */
const mostTold = 200;
const mostCounted = 10_000;

export function createWatch(store: WatchStore): Watch {
  let counted: Tally[] = [];

  async function flush(): Promise<void> {
    const all = counted;
    counted = [];
    if (all.length === 0) return;
    all.sort((a, b) => b.units + b.refused - a.units - a.refused);
    const told = all.slice(0, mostTold).map((tally) => ({ ...tally }));
    for (const tally of all) {
      tally.units = 0;
      tally.refused = 0;
      tally.waitMs = 0;
    }
    await store.tell(told).catch(() => {});
  }

  const timer = setInterval(() => void flush(), everyMs).unref();
  return {
    count(resource, place, decision, cost) {
      if (decision.outage) return;
      // It stays with the place: one anew each second would be the most of what there is to collect.
      place.tally ??= { name: nameOf(resource, place.subject), units: 0, refused: 0, waitMs: 0 };
      const { tally } = place;
      if (tally.units + tally.refused === 0) {
        if (counted.length >= mostCounted) return;
        counted.push(tally);
      }
      if (decision.allowed) tally.units += cost;
      else {
        tally.refused += 1;
        tally.waitMs = Math.ceil(decision.retryAfterMs);
      }
    },
    async release(resources, subject) {
      await flush();
      await store.release(resources.map((resource) => nameOf(resource, subject))).catch(() => {});
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
function nameOf(resource: string, subject: string): string {
  return `${resource} ${subject}`;
}

function splitName(name: string): { resource: string; subject: string } {
  const at = name.indexOf(' ');
  return { resource: name.slice(0, at), subject: name.slice(at + 1) };
}

/** The most first. */
export function reportOf(
  sums: ReadonlyMap<string, { units: number; refused: number }>,
  limited: ReadonlyMap<string, number>,
  most: number,
): WatchReport {
  return {
    top: [...sums]
      .map(([name, { units, refused }]) => ({ ...splitName(name), units, refused }))
      .sort((a, b) => b.units + b.refused - a.units - a.refused)
      .slice(0, most),
    limited: [...limited]
      .filter(([, forMs]) => forMs > 0)
      .map(([name, forMs]) => ({ ...splitName(name), forMs }))
      .sort((a, b) => b.forMs - a.forMs)
      .slice(0, most),
  };
}
