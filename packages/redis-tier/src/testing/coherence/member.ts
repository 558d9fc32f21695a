/**
 * What a process of the fleet does: several readers, a writer that commits and then invalidates, and a relay that applies
 * what others could not.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Cache, PolicyOptions } from '../../cache/index.ts';
import { type FleetProcessConfig, type FromProcess, type PendingRow, steadyMs } from './messages.ts';
import { type Random, randomFrom } from './random.ts';
import type { Read } from './verdict.ts';

const leases: Partial<PolicyOptions> = { leaseMs: 200, leaseWaitMs: 300, errorTtlMs: 50 };

/** One that ages all the time, and one whose entries stay until they are invalidated. */
export const fleetPolicies: Readonly<Record<'brief' | 'long', PolicyOptions>> = {
  brief: { ttlMs: 500, staleWhileRevalidateMs: 300, staleIfErrorMs: 5000, jitter: 0.3, ...leases },
  long: { ttlMs: 60_000, staleIfUnavailableMs: 60_000, ...leases },
};

export type FleetPolicies = keyof typeof fleetPolicies;

/** Asks the process that runs the fleet, and hears its answer. */
export type Upwards = {
  tell(message: FromProcess): void;
  readTruth(key: string): Promise<number>;
  commit(key: string, tags: readonly string[]): Promise<number>;
  pending(): Promise<readonly PendingRow[]>;
};

/** Each keeps to its own: one that waits for what is loaded all the time does not keep the others from what stays. */
type Reader = { readonly policy: FleetPolicies; readonly keys: 'hot' | 'cold'; readonly pauseMs: number };
const readers: readonly Reader[] = [
  { policy: 'long', keys: 'cold', pauseMs: 4 },
  { policy: 'long', keys: 'cold', pauseMs: 4 },
  { policy: 'brief', keys: 'cold', pauseMs: 8 },
  // These come while another one loads, at any moment of it.
  ...Array.from({ length: 4 }, (): Reader => ({ policy: 'long', keys: 'hot', pauseMs: 30 })),
];
const reportEveryMs = 50;
const relayEveryMs = 250;
const quietEveryMs = 100;
/** So long after Redis was away, for this process, the quiet key says nothing yet. */
const calmAgainMs = 2000;

export class FleetProcess {
  readonly #cache: Cache<FleetPolicies>;
  readonly #order: FleetProcessConfig;
  readonly #up: Upwards;
  readonly #random: Random;
  #reads: Read[] = [];
  #failed = 0;
  #ended = false;
  #quiet = false;
  #quietSeen = false;
  /** When Redis was last found to be away. */
  #downMs = Number.NEGATIVE_INFINITY;

  constructor(cache: Cache<FleetPolicies>, order: FleetProcessConfig, up: Upwards) {
    this.#cache = cache;
    this.#order = order;
    this.#up = up;
    this.#random = randomFrom(order.seed);
  }

  /** Whether it is to read the quiet key. */
  set quiet(on: boolean) {
    this.#quiet = on;
  }

  /** Redis is not used at the moment. */
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
      this.#repeat(() => this.#writeInARow()),
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
    const { namespace, keys, name } = this.#order;
    const random = this.#random;
    const key = random.pick(keys[reader.keys]);
    const policy = this.#cache.policy(reader.policy);
    const address = { key, tags: [tagOf(key)] };
    // Past the local tier now and then, as a session that has just written; often it would mend what is wrong there.
    const skip = random.next() < 0.01 ? 'local' : undefined;
    const load = (): Promise<number> => this.#load(key);
    const beganMs = steadyMs();
    try {
      const answer =
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
      if (answer === undefined) throw new Error('There was no answer');
      this.#reads.push({ key, by: name, source: answer.source, version: answer.value, beganMs });
    } catch (error) {
      if (!(error instanceof SourceFails)) throw error;
      this.#failed += 1;
    }
    await delay(random.next() * reader.pauseMs);
  }

  /** Mostly quick, at times slower than a lease lives, at times it fails. The truth is read somewhere in between. */
  async #load(key: string): Promise<number> {
    const random = this.#random;
    const slow = random.next() < 0.05 ? 250 : 8;
    await delay(random.next() * slow);
    if (random.next() < 0.03) throw new SourceFails();
    const version = await this.#up.readTruth(key);
    await delay(random.next() * slow);
    return version;
  }

  /** Some keys change all the time. */
  async #write(): Promise<void> {
    await delay(this.#random.next() * 150);
    const key = this.#random.pick(this.#order.keys.hot);
    await this.#change(key, [tagOf(key)]);
  }

  /** Others change twice or thrice in a row and then not for seconds: whoever missed that is wrong for so long. */
  async #writeInARow(): Promise<void> {
    const random = this.#random;
    await delay(random.next() * 1500);
    const key = random.pick(this.#order.keys.cold);
    for (let left = 1 + random.below(3); left > 0; left--) {
      // Without tags now and then: the whole scope.
      await this.#change(key, random.next() < 0.01 ? [] : [tagOf(key)]);
      await delay(random.next() * 200);
    }
  }

  async #change(key: string, tags: readonly string[]): Promise<void> {
    const { namespace } = this.#order;
    const row = await this.#up.commit(key, tags);
    this.#up.tell({ type: 'called', row, ms: steadyMs() });
    void this.#invalidate(row, namespace, tags);
  }

  async #invalidate(row: number, namespace: string, tags: readonly string[]): Promise<void> {
    const { applied } = await this.#cache.invalidate(namespace, tags);
    if (applied) this.#up.tell({ type: 'acked', row, ms: steadyMs() });
  }

  async #relay(): Promise<void> {
    const rows = await this.#up.pending();
    await Promise.all(rows.map(({ row, namespace, tags }) => this.#invalidate(row, namespace, tags)));
  }

  /** What was in Redis once has to be there the next time, as long as this process could ask for it all the time. */
  async #readQuiet(): Promise<void> {
    const beganMs = steadyMs();
    if (!this.#quiet || !this.#cache.available || beganMs - this.#downMs < calmAgainMs) {
      this.#quietSeen = false;
      return;
    }
    const load = async (): Promise<number> => 0;
    // Past the local tier: it would hide that the entry is gone.
    const request = { ...this.#order.quiet, tags: ['quiet'], skip: 'local', load } as const;
    const { source } = await this.#cache.policy('long').get(request);
    const lost = source === 'miss' && this.#quietSeen && this.#cache.available && this.#downMs < beganMs;
    if (lost) this.#up.tell({ type: 'quiet-load', beganMs });
    this.#quietSeen = source === 'remote';
  }

  #report(): void {
    if (this.#reads.length > 0) this.#up.tell({ type: 'reads', reads: this.#reads, failed: this.#failed });
    this.#reads = [];
    this.#failed = 0;
  }
}

class SourceFails extends Error {}

function tagOf(key: string): string {
  return `tag-${key}`;
}
