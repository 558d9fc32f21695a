/**
 * The work of a process of the fleet: several readers, a writer that commits and then invalidates, and a relay that
 * applies invalidations that other processes could not.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Cache, PolicyOptions } from '../../cache/index.ts';
import { type FleetProcessConfig, type FromProcess, type PendingRow, steadyMs } from './messages.ts';
import { type Random, randomFrom } from './random.ts';
import type { Read } from './verdict.ts';

const leases: Partial<PolicyOptions> = { leaseMs: 200, leaseWaitMs: 300, errorTtlMs: 50 };

/** One policy whose entries expire all the time, and one whose entries stay until they are invalidated. */
export const fleetPolicies: Readonly<Record<'brief' | 'long', PolicyOptions>> = {
  brief: { ttlMs: 500, staleWhileRevalidateMs: 300, staleIfErrorMs: 5000, jitter: 0.3, ...leases },
  long: { ttlMs: 60_000, staleIfUnavailableMs: 60_000, ...leases },
};

export type FleetPolicies = keyof typeof fleetPolicies;

/** Messages to the parent process, which runs the fleet, and its responses. */
export type Parent = {
  send(message: FromProcess): void;
  readTruth(key: string): Promise<number>;
  commit(key: string, tags: readonly string[]): Promise<number>;
  pending(): Promise<readonly PendingRow[]>;
};

/**
 * Each reader has its own kind of keys: one that waits for loads of hot keys does not keep the others from cold ones.
 */
type Reader = { readonly policy: FleetPolicies; readonly keys: 'hot' | 'cold'; readonly pauseMs: number };
const readers: readonly Reader[] = [
  { policy: 'long', keys: 'cold', pauseMs: 4 },
  { policy: 'long', keys: 'cold', pauseMs: 4 },
  { policy: 'brief', keys: 'cold', pauseMs: 8 },
  // These arrive at any moment of a running load.
  ...Array.from({ length: 4 }, (): Reader => ({ policy: 'long', keys: 'hot', pauseMs: 30 })),
];
const reportEveryMs = 50;
const relayEveryMs = 250;
const quietEveryMs = 100;
/** After Redis was unavailable for this process, the quiet key is not judged for this long. */
const calmAgainMs = 2000;

export class FleetProcess {
  readonly #cache: Cache<FleetPolicies>;
  readonly #config: FleetProcessConfig;
  readonly #parent: Parent;
  readonly #random: Random;
  #reads: Read[] = [];
  #failed = 0;
  #ended = false;
  #quiet = false;
  #quietSeen = false;
  /** When Redis was last found to be unavailable. */
  #downMs = Number.NEGATIVE_INFINITY;

  constructor(cache: Cache<FleetPolicies>, config: FleetProcessConfig, parent: Parent) {
    this.#cache = cache;
    this.#config = config;
    this.#parent = parent;
    this.#random = randomFrom(config.seed);
  }

  /** Whether to read the quiet key. */
  set quiet(on: boolean) {
    this.#quiet = on;
  }

  /** Redis has become unavailable. */
  redisIsDown(): void {
    this.#downMs = steadyMs();
  }

  end(): void {
    this.#ended = true;
  }

  /** Works until `end`. */
  async work(): Promise<void> {
    const all = readers.map((reader) => this.#repeat(() => this.#read(reader)));
    all.push(
      this.#repeat(() => this.#write()),
      this.#repeat(() => this.#writeBurst()),
      this.#repeat(() => this.#relay(), relayEveryMs),
      this.#repeat(() => this.#readQuiet(), quietEveryMs),
      this.#repeat(async () => this.#report(), reportEveryMs),
    );
    await Promise.all(all);
    this.#report();
  }

  async #repeat(step: () => Promise<void>, everyMs = 0): Promise<void> {
    while (!this.#ended) {
      await step();
      if (everyMs > 0) await delay(everyMs);
    }
  }

  async #read(reader: Reader): Promise<void> {
    const { namespace, keys, name } = this.#config;
    const random = this.#random;
    const key = random.pick(keys[reader.keys]);
    const policy = this.#cache.policy(reader.policy);
    const address = { key, tags: [tagOf(key)] };
    // Sometimes past the local tier, as a session that has just written. Too often would hide errors of the local tier.
    const skip = random.next() < 0.01 ? 'local' : undefined;
    const load = (): Promise<number> => this.#load(key);
    const beganMs = steadyMs();
    try {
      const result =
        random.next() < 0.2
          ? (
              await policy.getMany({
                namespace,
                items: [address],
                skip,
                load: async () => new Map([[key, await load()]]),
              })
            ).get(key)
          : await policy.get({ namespace, ...address, skip, load });
      if (result === undefined) throw new Error('getMany returned no result for the key');
      this.#reads.push({ key, by: name, source: result.source, version: result.value, beganMs });
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      this.#failed += 1;
    }
    await delay(random.next() * reader.pauseMs);
  }

  /** Mostly fast, sometimes longer than a lease lasts, sometimes failing. Reads the truth at some moment in between. */
  async #load(key: string): Promise<number> {
    const random = this.#random;
    const slow = random.next() < 0.05 ? 250 : 8;
    await delay(random.next() * slow);
    if (random.next() < 0.03) throw new SourceError();
    const version = await this.#parent.readTruth(key);
    await delay(random.next() * slow);
    return version;
  }

  /** Hot keys change all the time. */
  async #write(): Promise<void> {
    await delay(this.#random.next() * 150);
    const key = this.#random.pick(this.#config.keys.hot);
    await this.#change(key, [tagOf(key)]);
  }

  /**
   * Cold keys change one to three times in a row, then not for seconds: a process that misses that stays wrong for
   * long.
   */
  async #writeBurst(): Promise<void> {
    const random = this.#random;
    await delay(random.next() * 1500);
    const key = random.pick(this.#config.keys.cold);
    for (let left = 1 + random.below(3); left > 0; left--) {
      // Sometimes without tags: the whole namespace.
      await this.#change(key, random.next() < 0.01 ? [] : [tagOf(key)]);
      await delay(random.next() * 200);
    }
  }

  async #change(key: string, tags: readonly string[]): Promise<void> {
    const { namespace } = this.#config;
    const row = await this.#parent.commit(key, tags);
    this.#parent.send({ type: 'called', row, ms: steadyMs() });
    void this.#invalidate(row, namespace, tags);
  }

  async #invalidate(row: number, namespace: string, tags: readonly string[]): Promise<void> {
    const { applied } = await this.#cache.invalidate(namespace, tags);
    if (applied) this.#parent.send({ type: 'acked', row, ms: steadyMs() });
  }

  async #relay(): Promise<void> {
    const rows = await this.#parent.pending();
    await Promise.all(rows.map(({ row, namespace, tags }) => this.#invalidate(row, namespace, tags)));
  }

  /** An entry that was once in Redis must still be there, provided this process could use Redis all the time. */
  async #readQuiet(): Promise<void> {
    const beganMs = steadyMs();
    if (!this.#quiet || !this.#cache.available || beganMs - this.#downMs < calmAgainMs) {
      this.#quietSeen = false;
      return;
    }
    const load = async (): Promise<number> => 0;
    // Past the local tier, which would hide that the entry is missing.
    const request = { ...this.#config.quiet, tags: ['quiet'], skip: 'local', load } as const;
    const { source } = await this.#cache.policy('long').get(request);
    const lost = source === 'miss' && this.#quietSeen && this.#cache.available && this.#downMs < beganMs;
    if (lost) this.#parent.send({ type: 'quiet-load', beganMs });
    this.#quietSeen = source === 'remote';
  }

  #report(): void {
    if (this.#reads.length > 0)
      this.#parent.send({ type: 'reads', reads: this.#reads, failed: this.#failed });
    this.#reads = [];
    this.#failed = 0;
  }
}

class SourceError extends Error {}

function tagOf(key: string): string {
  return `tag-${key}`;
}
