/**
 * A bounded set of tags by scope. A scope with too many is held as a whole; too many scopes cannot be told apart any more,
 * which `add` says.
 */
export class ScopedTags {
  /** The scope's tags, or 'all' for the scope as a whole. */
  readonly #scopes = new Map<string, Set<string> | 'all'>();
  readonly #mostTags: number;
  readonly #mostScopes: number;

  constructor(mostTags = 64, mostScopes = 10_000) {
    this.#mostTags = mostTags;
    this.#mostScopes = mostScopes;
  }

  get scopes(): number {
    return this.#scopes.size;
  }

  /** False when there are too many scopes: then all that was held is dropped, and everything is to be held as meant. */
  add(scope: string, tags: readonly string[] | 'all'): boolean {
    const held = this.#scopes.get(scope);
    if (held === 'all') return true;
    if (held === undefined && this.#scopes.size >= this.#mostScopes) {
      this.#scopes.clear();
      return false;
    }
    const all = tags === 'all' ? 'all' : new Set([...(held ?? []), ...tags]);
    this.#scopes.set(scope, all === 'all' || all.size > this.#mostTags ? 'all' : all);
    return true;
  }

  /** Whether an entry of the scope with these tags is meant. */
  covers(scope: string, tags: readonly string[]): boolean {
    const held = this.#scopes.get(scope);
    return held !== undefined && (held === 'all' || tags.some((tag) => held.has(tag)));
  }

  /** Removes those scopes and returns them. */
  take(isMeant: (scope: string) => boolean): [scope: string, tags: readonly string[] | 'all'][] {
    const taken = [...this].filter(([scope]) => isMeant(scope));
    for (const [scope] of taken) this.#scopes.delete(scope);
    return taken;
  }

  *[Symbol.iterator](): Generator<[scope: string, tags: readonly string[] | 'all']> {
    for (const [scope, tags] of this.#scopes) yield [scope, tags === 'all' ? 'all' : [...tags]];
  }
}
