/** What this process knows of the subjects of one resource: at most so many, those unused for longest go first. */
import { hash } from 'node:crypto';
import type { Decision } from '../decision.ts';
import type { Window } from '../windows.ts';
import { BoundedMap } from './bounded-map.ts';
import type { Cells } from './sub-buckets.ts';

/** A refusal of the server, as the deny cache holds it. */
export type Refusal = { cost: number; sentMs: number; endMs: number; decision: Decision };

/** What this process has admitted of one place, and the limits of the subject, window by window. */
export type Account = { cells: readonly Cells[]; limits: readonly number[] };

/** What one subject did since it was last told; nothing, while units and refusals are 0. */
export type Tally = { readonly name: string; units: number; refused: number; waitMs: number };

/** One subject's use of one resource. */
export type Place = {
  readonly subject: string;
  readonly windows: readonly Window[];
  /** Name of the state on the server, and what is the same for all that lie in one slot of a cluster. */
  readonly key: string;
  readonly slot: string;
  /** The last refusal that is worth remembering. */
  refusal: Refusal | undefined;
  /** Grows when what is remembered was dropped: a refusal that was asked for before that is not remembered after it. */
  drops: number;
  /** What this process has admitted lately. */
  account: Account | undefined;
  /** What the watch counts of it. */
  tally: Tally | undefined;
};

export class Places {
  readonly #known: BoundedMap<Place>;
  readonly #prefix: string;
  readonly #resource: string;
  readonly #windows: readonly Window[];

  constructor(prefix: string, resource: string, windows: readonly Window[], capacity: number) {
    this.#known = new BoundedMap(capacity);
    this.#prefix = prefix;
    this.#resource = resource;
    this.#windows = windows;
  }

  of(subject: string): Place {
    const known = this.#known.get(subject);
    if (known !== undefined) return known;
    const slot = subjectDigest(subject);
    const place: Place = {
      subject,
      windows: this.#windows,
      key: subjectKey(this.#prefix, slot, this.#resource),
      slot,
      refusal: undefined,
      drops: 0,
      account: undefined,
      tally: undefined,
    };
    this.#known.set(subject, place);
    return place;
  }
}

/** Characters of the digest in a key, six bits each: 96 bits, beyond anybody's search for a second subject. */
const digestCharacters = 16;

/**
 * The key of a subject's use of a resource. The digest is the hash tag, so all that belongs to a subject lies in one
 * slot. It keeps tokens out of the server; an address could still be found again by trying them all.
 */
export function subjectKey(prefix: string, digest: string, resource: string): string {
  return `${prefix}:r:{${digest}}:${resource}`;
}

export function subjectDigest(subject: string): string {
  return hash('sha256', subject, 'base64url').slice(0, digestCharacters);
}
