/**
 * A map of at most `capacity` entries. What has not been used for longest goes first, in two generations: a look-up
 * moves an entry into the young one, and when that is half of the capacity it becomes the old one, whose rest is dropped.
 * So a look-up of what is used often changes nothing, which costs a third of keeping the exact order.
 */
export class BoundedMap<V> {
  #young = new Map<string, V>();
  #old = new Map<string, V>();
  readonly #half: number;

  constructor(maxKeys: number) {
    this.#half = Math.max(1, Math.floor(maxKeys / 2));
  }

  /** Looks up and marks as used. */
  get(key: string): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: V): void {
    if (this.#young.size >= this.#half && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  /** All that is held, each once, in no order. */
  entries(): IterableIterator<[string, V]> {
    return new Map([...this.#old, ...this.#young]).entries();
  }
}
