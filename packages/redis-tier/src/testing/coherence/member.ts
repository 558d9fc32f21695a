/**
 * What a process of the fleet does: several readers, a writer that commits and then invalidates, and a relay that applies
 * what others could not.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Cache, PolicyOptions } from '../../cache/index.ts';
import type { Read } from './judge.ts';
import { type FromMember, type MemberOrder, type PendingRow, steadyMs } from './messages.ts';
import { type Random, randomFrom } from './random.ts';

const leases: Partial<PolicyOptions> = { leaseMs: 200, waitMs: 300, failureMs: 50 };

/** One that ages all the time, and one whose entries stay until they are invalidated. */
export const memberPolicies: Readonly<Record<'brief' | 'long', PolicyOptions>> = {
  brief: { freshMs: 500, agedMs: 300, staleIfErrorMs: 5000, jitter: 0.3, ...leases },
  long: { freshMs: 60_000, staleIfAwayMs: 60_000, ...leases },
};

export type MemberPolicies = keyof typeof memberPolicies;

/** Asks the process that runs the fleet, and hears its answer. */
export type Upwards = {
  tell(message: FromMember): void;
  readTruth(key: string): Promise<number>;
  commit(key: string, tags: readonly string[]): Promise<number>;
  pending(): Promise<readonly PendingRow[]>;
};

const readers = 4;
const reportEveryMs = 50;
const relayEveryMs = 250;
const quietEveryMs = 100;
/** So long after Redis was away, for this process, the quiet key says nothing yet. */
const calmAgainMs = 2000;

export class Member {
  readonly #cache: Cache<MemberPolicies>;
  readonly #order: MemberOrder;
  readonly #up: Upwards;
  readonly #random: Random;
  #reads: Read[] = [];
  #failed = 0;
  #ended = false;
  #quiet = false;
  /** When Redis was last found to be away. */
  #downMs = Number.NEGATIVE_INFINITY;

  constructor(cache: Cache<MemberPolicies>, order: MemberOrder, up: Upwards) {
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
    const all = Array.from({ length: readers }, () => this.#repeat(() => this.#read()));
    all.push(
      this.#repeat(() => this.#write()),
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

  async #read(): Promise<void> {
    const { scope, keys, name } = this.#order;
    const random = this.#random;
    const key = random.pick(keys);
    const policy = this.#cache.policy(random.pick(['brief', 'long'] as const));
    const address = { key, tags: [tagOf(key)] };
    const load = (): Promise<number> => this.#load(key);
    const beganMs = steadyMs();
    try {
      const answer =
        random.next() < 0.2
          ? (
              await policy.getMany({
                scope,
                items: [address],
                load: async () => new Map([[key, await load()]]),
              })
            ).get(key)
          : await policy.get({ scope, ...address, load });
      if (answer === undefined) throw new Error('There was no answer');
      this.#reads.push({ key, by: name, source: answer.source, version: answer.value, beganMs });
    } catch (error) {
      if (!(error instanceof SourceFails)) throw error;
      this.#failed += 1;
    }
    await delay(random.next() * 4);
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

  async #write(): Promise<void> {
    const { scope, keys } = this.#order;
    const random = this.#random;
    await delay(random.next() * 120);
    const key = random.pick(keys);
    // Without tags now and then: the whole scope.
    const tags = random.next() < 0.1 ? [] : [tagOf(key)];
    const row = await this.#up.commit(key, tags);
    this.#up.tell({ type: 'called', row, ms: steadyMs() });
    void this.#invalidate(row, scope, tags);
  }

  async #invalidate(row: number, scope: string, tags: readonly string[]): Promise<void> {
    const { applied } = await this.#cache.invalidate(scope, tags);
    if (applied) this.#up.tell({ type: 'acked', row, ms: steadyMs() });
  }

  async #relay(): Promise<void> {
    const rows = await this.#up.pending();
    await Promise.all(rows.map(({ row, scope, tags }) => this.#invalidate(row, scope, tags)));
  }

  async #readQuiet(): Promise<void> {
    const beganMs = steadyMs();
    if (!this.#quiet || !this.#cache.available || beganMs - this.#downMs < calmAgainMs) return;
    const load = async (): Promise<number> => 0;
    // Past the local tier: it would hide that the entry is gone.
    const request = { ...this.#order.quiet, tags: ['quiet'], bypass: 'local', load } as const;
    const { source } = await this.#cache.policy('long').get(request);
    if (source === 'miss' && this.#downMs < beganMs) this.#up.tell({ type: 'quiet-load', beganMs });
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
