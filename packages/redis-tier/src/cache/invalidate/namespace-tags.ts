/**
 * A bounded set of tags by namespace. A namespace with too many tags is stored as a whole. With too many namespaces,
 * `add` returns false.
 */
export class PendingTags {
  /** The tags of a namespace, or 'all' for the whole namespace. */
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

  /**
   * False when there are too many namespaces: the set is then empty, and the caller must treat everything as covered.
   */
  add(namespace: string, tags: readonly string[] | 'all'): boolean {
    const before = this.#namespaces.get(namespace);
    if (before === 'all') return true;
    if (before === undefined && this.#namespaces.size >= this.#maxNamespaces) {
      this.#namespaces.clear();
      return false;
    }
    const all = tags === 'all' ? 'all' : new Set([...(before ?? []), ...tags]);
    this.#namespaces.set(namespace, all === 'all' || all.size > this.#maxTags ? 'all' : all);
    return true;
  }

  /** Whether the set covers an entry of the namespace with these tags. */
  covers(namespace: string, tags: readonly string[]): boolean {
    const covered = this.#namespaces.get(namespace);
    return covered !== undefined && (covered === 'all' || tags.some((tag) => covered.has(tag)));
  }

  /** Removes the selected namespaces and returns them. */
  take(isSelected: (namespace: string) => boolean): [namespace: string, tags: readonly string[] | 'all'][] {
    const taken = [...this].filter(([namespace]) => isSelected(namespace));
    for (const [namespace] of taken) this.#namespaces.delete(namespace);
    return taken;
  }

  *[Symbol.iterator](): Generator<[namespace: string, tags: readonly string[] | 'all']> {
    for (const [namespace, tags] of this.#namespaces) yield [namespace, tags === 'all' ? 'all' : [...tags]];
  }
}
