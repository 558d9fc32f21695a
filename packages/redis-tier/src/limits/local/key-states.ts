/** This process's knowledge of the keys of one limit: bounded, dropping the least recently used. */
import { hash } from 'node:crypto';
import type { Decision } from '../decision.ts';
import type { Window } from '../windows.ts';
import { BoundedMap } from './bounded-map.ts';
import type { SubBuckets } from './sub-buckets.ts';

/** A denial of the server in the deny cache. */
export type Denial = { cost: number; sentMs: number; endMs: number; decision: Decision };

/** What this process has admitted for one limit key, and the limits of the key, window by window. */
export type LocalUsage = { subBuckets: readonly SubBuckets[]; limits: readonly number[] };

/** What one limit key used since the last report; nothing while units and denials are 0. */
export type KeyUsage = { readonly name: string; units: number; denied: number; waitMs: number };

/** The state of one limit key for one limit. */
export type KeyState = {
  readonly key: string;
  readonly windows: readonly Window[];
  /** Redis key of the state, and the hash tag that determines its slot in a cluster. */
  readonly redisKey: string;
  readonly slot: string;
  /** The cached denial. */
  denial: Denial | undefined;
  /** Incremented when the denial is dropped: a denial of a check sent before the drop is not cached after it. */
  drops: number;
  /** What this process has admitted recently. */
  localUsage: LocalUsage | undefined;
  /** What top keys counts of it. */
  usage: KeyUsage | undefined;
};

const maxKeyCharacters = 1000;

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

  /** Throws RangeError for a key out of range. */
  of(key: string): KeyState {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    // Two texts with different halves of a character would have the same digest.
    if (typeof key !== 'string' || key === '' || key.length > maxKeyCharacters || !key.isWellFormed())
      throw new RangeError(
        `A limit key must be a text of 1 to ${maxKeyCharacters} characters without lone surrogates.`,
      );
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

/** Characters of the digest in a key, six bits each: 96 bits, which makes a collision infeasible to find. */
const digestCharacters = 16;

/**
 * The Redis key of a limit key's state. The digest is the hash tag, so all states of a limit key are in one slot. It
 * prevents tokens from being stored on the server; an address could still be found by trying all addresses.
 */
export function limitRedisKey(prefix: string, digest: string, limit: string): string {
  return `${prefix}:r:{${digest}}:${limit}`;
}

export function limitKeyDigest(key: string): string {
  return hash('sha256', key, 'base64url').slice(0, digestCharacters);
}
