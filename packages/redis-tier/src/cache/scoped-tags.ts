/**
 * A bounded set of tags by scope. A scope with too many is held as a whole, which its own tag stands for; too many scopes
 * are held as everything.
 */
export class ScopedTags {
  /** The scope's tags, or 'all' for the scope as a whole. */
  readonly #scopes = new Map<string, Set<string> | 'all'>();
  readonly #mostTags: number;
  readonly #mostScopes: number;
  #everything = false;

  constructor(mostTags = 64, mostScopes = 10_000) {
    this.#mostTags = mostTags;
    this.#mostScopes = mostScopes;
  }

  /** Whether there were too many scopes to tell them apart. */
  get everything(): boolean {
    return this.#everything;
  }

  get isEmpty(): boolean {
    return this.#scopes.size === 0 && !this.#everything;
  }

  get scopes(): number {
    return this.#scopes.size;
  }

  /** No tags stand for the whole scope. */
  add(scope: string, tags: readonly string[] | 'all'): void {
    if (this.#everything) return;
    const held = this.#scopes.get(scope);
    if (held === 'all') return;
    if (held === undefined && this.#scopes.size >= this.#mostScopes) {
      this.#everything = true;
      this.#scopes.clear();
      return;
    }
    const all = tags === 'all' ? 'all' : new Set([...(held ?? []), ...tags]);
    this.#scopes.set(scope, all === 'all' || all.size > this.#mostTags ? 'all' : all);
  }

  addAll(others: ScopedTags): void {
    for (const [scope, tags] of others) this.add(scope, tags);
    if (others.everything) {
      this.#everything = true;
      this.#scopes.clear();
    }
  }

  /** Whether an entry of the scope with these tags is meant. */
  covers(scope: string, tags: readonly string[]): boolean {
    if (this.#everything) return true;
    const held = this.#scopes.get(scope);
    return held !== undefined && (held === 'all' || tags.some((tag) => held.has(tag)));
  }

  *[Symbol.iterator](): Generator<[scope: string, tags: readonly string[] | 'all']> {
    for (const [scope, tags] of this.#scopes) yield [scope, tags === 'all' ? 'all' : [...tags]];
  }
}
