/** What this process knows of the subjects of one resource: at most so many, those unused for longest go first. */
import { hash } from 'node:crypto';
import type { Decision } from '../decision.ts';
import type { Window } from '../windows.ts';
import { BoundedMap } from './bounded-map.ts';
import type { SubBuckets } from './sub-buckets.ts';

/** A refusal of the server, as the deny cache holds it. */
export type Denial = { cost: number; sentMs: number; endMs: number; decision: Decision };

/** What this process has admitted of one place, and the limits of the subject, window by window. */
export type Account = { subBuckets: readonly SubBuckets[]; limits: readonly number[] };

/** What one subject did since it was last told; nothing, while units and refusals are 0. */
export type KeyUsage = { readonly name: string; units: number; denied: number; waitMs: number };

/** One subject's use of one resource. */
export type KeyState = {
  readonly key: string;
  readonly windows: readonly Window[];
  /** Name of the state on the server, and what is the same for all that lie in one slot of a cluster. */
  readonly redisKey: string;
  readonly slot: string;
  /** The last refusal that is worth remembering. */
  denial: Denial | undefined;
  /** Grows when what is remembered was dropped: a refusal that was asked for before that is not remembered after it. */
  drops: number;
  /** What this process has admitted lately. */
  localUsage: Account | undefined;
  /** What the watch counts of it. */
  usage: KeyUsage | undefined;
};

export class KeyStates {
  readonly #known: BoundedMap<KeyState>;
  readonly #prefix: string;
  readonly #limit: string;
  readonly #windows: readonly Window[];

  constructor(prefix: string, limit: string, windows: readonly Window[], maxKeys: number) {
    this.#known = new BoundedMap(maxKeys);
    this.#prefix = prefix;
    this.#limit = limit;
    this.#windows = windows;
  }

  of(key: string): KeyState {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const slot = limitKeyDigest(key);
    const keyState: KeyState = {
      key,
      windows: this.#windows,
      redisKey: limitRedisKey(this.#prefix, slot, this.#limit),
      slot,
      denial: undefined,
      drops: 0,
      localUsage: undefined,
      usage: undefined,
    };
    this.#known.set(key, keyState);
    return keyState;
  }
}

/** Characters of the digest in a key, six bits each: 96 bits, beyond anybody's search for a second subject. */
const digestCharacters = 16;

/**
 * The key of a subject's use of a resource. The digest is the hash tag, so all that belongs to a subject lies in one
 * slot. It keeps tokens out of the server; an address could still be found again by trying them all.
 */
export function limitRedisKey(prefix: string, digest: string, limit: string): string {
  return `${prefix}:r:{${digest}}:${limit}`;
}

export function limitKeyDigest(key: string): string {
  return hash('sha256', key, 'base64url').slice(0, digestCharacters);
}
