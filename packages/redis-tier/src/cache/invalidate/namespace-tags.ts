/**
 * A bounded set of tags by scope. A scope with too many is held as a whole; too many scopes cannot be told apart any more,
 * which `add` says.
 */
export class PendingTags {
  /** The scope's tags, or 'all' for the scope as a whole. */
  readonly #namespaces = new Map<string, Set<string> | 'all'>();
  readonly #maxTags: number;
  readonly #maxNamespaces: number;

  constructor(maxTags = 64, maxNamespaces = 10_000) {
    this.#maxTags = maxTags;
    this.#maxNamespaces = maxNamespaces;
  }

  get namespaces(): number {
    return this.#namespaces.size;
  }

  /** False when there are too many scopes: then all that was held is dropped, and everything is to be held as meant. */
  add(namespace: string, tags: readonly string[] | 'all'): boolean {
    const held = this.#namespaces.get(namespace);
    if (held === 'all') return true;
    if (held === undefined && this.#namespaces.size >= this.#maxNamespaces) {
      this.#namespaces.clear();
      return false;
    }
    const all = tags === 'all' ? 'all' : new Set([...(held ?? []), ...tags]);
    this.#namespaces.set(namespace, all === 'all' || all.size > this.#maxTags ? 'all' : all);
    return true;
  }

  /** Whether an entry of the scope with these tags is meant. */
  covers(namespace: string, tags: readonly string[]): boolean {
    const held = this.#namespaces.get(namespace);
    return held !== undefined && (held === 'all' || tags.some((tag) => held.has(tag)));
  }

  /** Removes those scopes and returns them. */
  take(isMeant: (namespace: string) => boolean): [scope: string, tags: readonly string[] | 'all'][] {
    const taken = [...this].filter(([namespace]) => isMeant(namespace));
    for (const [namespace] of taken) this.#namespaces.delete(namespace);
    return taken;
  }

  *[Symbol.iterator](): Generator<[scope: string, tags: readonly string[] | 'all']> {
    for (const [namespace, tags] of this.#namespaces) yield [namespace, tags === 'all' ? 'all' : [...tags]];
  }
}
