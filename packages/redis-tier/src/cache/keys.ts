/**
 * Names of all keys and channels in Redis. The braces around the namespace select the slot, so all keys of a
 * namespace are on one node, and commands with several keys are legal in a cluster.
 *
 *   {prefix}:c:{namespace}:policy:version:key         an entry
 *   {prefix}:l:{namespace}:policy:version:key         the lease to load it
 *   {prefix}:t:{namespace}:tag                        a tag; the namespace's own tag has an empty name
 *   {prefix}:w                                        channel that wakes processes that wait for a load
 *   {prefix}:p:{...}                                  never exists; its removal tests a node
 *   {prefix}:i                                        channel of invalidations, for servers that refuse tracking
 */
import { aPrefix } from '../core/internal.ts';
import { InvalidCacheUseError } from './errors.ts';
import { entryVersionOf, type Policy } from './policy-options.ts';
import { areEqualTags, isSameTagSet, type TagSet, toTagSet } from './tag-set.ts';

/** Identifies an entry. */
export type EntryAddress = {
  /** The tenant. 1 to 200 characters without braces. */
  namespace: string;
  /** Name of the value within policy and namespace. 1 to 500 characters. */
  key: string;
  /** What the value depends on: a function of the key. At most 15, in any order. */
  tags?: readonly string[];
};

const maxTags = 16;
const noTags: readonly string[] = [];
/** Names are cached, so that a lookup does not build them each time: for this many namespaces and tags of each. */
const maxCachedNames = 1000;
/** The same for entries, over all namespaces. A name that is built again is hashed again, which costs more than a hit. */
const maxCachedEntries = 20_000;

/**
 * The names of one entry in Redis. A hit in the local tier needs only the entry key; the others are built on demand.
 */
export class EntryKeys {
  readonly entryKey: string;
  readonly #namespace: NamespaceKeys;
  #tags: readonly string[];
  #tagSet: TagSet | undefined;

  constructor(namespace: NamespaceKeys, entryKey: string, tags: readonly string[]) {
    this.entryKey = entryKey;
    this.#namespace = namespace;
    this.#tags = tags;
  }

  get namespace(): string {
    return this.#namespace.namespace;
  }

  get leaseKey(): string {
    return this.#namespace.leaseOf(this.entryKey);
  }

  /** @throws InvalidCacheUseError for a tag out of range */
  get tagSet(): TagSet {
    if (this.#tagSet === undefined) {
      // The caller may change its list.
      this.#tags = [...this.#tags];
      this.#tagSet = this.#namespace.tagSet(this.#tags);
    }
    return this.#tagSet;
  }

  /** The keys of `tagSet`. @throws InvalidCacheUseError for a tag out of range */
  get tagKeys(): readonly string[] {
    return this.tagSet.keys;
  }

  /** Whether both name the same tags, in any order. Fast for equal lists. */
  hasTagsOf(other: EntryKeys): boolean {
    return areEqualTags(this.#tags, other.#tags) || isSameTagSet(this.tagSet, other.tagSet);
  }
}

/** The names of one namespace. */
class NamespaceKeys {
  readonly namespace: string;
  readonly namespaceTag: string;
  readonly #prefix: string;
  /** The names of entries, by policy and key. */
  readonly #entries = new Map<Policy, Map<string, string>>();
  readonly #onNewEntry: () => void;
  /** Of entries with one tag, by that tag. */
  readonly #pairs = new Map<string, TagSet>();
  /** Of all other entries, by their tags. */
  readonly #tagSets = new Map<string, TagSet>();

  constructor(prefix: string, namespace: string, onNewEntry: () => void) {
    this.namespace = namespace;
    this.#prefix = prefix;
    this.#onNewEntry = onNewEntry;
    this.namespaceTag = `${prefix}:t:{${namespace}}:`;
  }

  /** @throws InvalidCacheUseError for a key out of range */
  entryKey(policy: Policy, key: string): string {
    let known = this.#entries.get(policy);
    if (known === undefined) {
      known = new Map();
      this.#entries.set(policy, known);
    }
    let entryKey = known.get(key);
    if (entryKey === undefined) {
      checkName('key', key, 500);
      entryKey = `${this.#prefix}:c:{${this.namespace}}:${policy.name}:${entryVersionOf(policy)}:${key}`;
      known.set(key, entryKey);
      this.#onNewEntry();
    }
    return entryKey;
  }

  leaseOf(entryKey: string): string {
    return `${this.#prefix}:l:${entryKey.slice(this.#prefix.length + 3)}`;
  }

  tag(tag: string): string {
    checkName('tag', tag, 200);
    return this.namespaceTag + tag;
  }

  tagSet(tags: readonly string[]): TagSet {
    for (const tag of tags) checkName('tag', tag, 200);
    const isPair = tags.length === 1;
    const sets = isPair ? this.#pairs : this.#tagSets;
    // Each with its length, because a tag may contain any character.
    const name = isPair ? (tags[0] ?? '') : tags.map((tag) => `${tag.length}:${tag}`).join('');
    let set = sets.get(name);
    if (set === undefined) {
      set = toTagSet(this.#tagKeys(tags));
      if (sets.size >= maxCachedNames) sets.clear();
      sets.set(name, set);
    }
    return set;
  }

  #tagKeys(tags: readonly string[]): readonly string[] {
    const names = [...new Set(tags)].sort();
    if (names.length >= maxTags)
      throw new InvalidCacheUseError(`An entry can have at most ${maxTags - 1} tags`);
    return [this.namespaceTag, ...names.map((name) => this.namespaceTag + name)];
  }
}

export class KeySpace {
  readonly wakeChannel: string;
  readonly invalidationChannel: string;
  readonly tagPrefix: string;
  readonly prefix: string;
  readonly #namespaces = new Map<string, NamespaceKeys>();
  #cachedEntries = 0;

  constructor(prefix: string) {
    const must = aPrefix(prefix);
    if (must !== undefined) throw new InvalidCacheUseError(`The prefix must be ${must}`);
    this.prefix = prefix;
    this.wakeChannel = `${prefix}:w`;
    this.invalidationChannel = `${prefix}:i`;
    this.tagPrefix = `${prefix}:t:`;
  }

  /** @throws InvalidCacheUseError for a namespace or key out of range */
  entry(policy: Policy, { namespace, key, tags = noTags }: EntryAddress): EntryKeys {
    checkTags(tags);
    const names = this.#namespace(namespace);
    return new EntryKeys(names, names.entryKey(policy, key), tags);
  }

  /** The tag that every entry of the namespace names. @throws InvalidCacheUseError */
  namespaceTag(namespace: string): string {
    return this.#namespace(namespace).namespaceTag;
  }

  /** @throws InvalidCacheUseError for a namespace or tag out of range */
  tag(namespace: string, tag: string): string {
    return this.#namespace(namespace).tag(tag);
  }

  /** A name that never exists. */
  probe(hashTag: string): string {
    return `${this.prefix}:p:{${hashTag}}`;
  }

  /** A pattern for SCAN: the entries of one namespace or all, and of one policy or all. */
  entryPattern(namespace: string | undefined, policy: Policy | undefined): string {
    const namespacePart = namespace === undefined ? '*' : escapeGlob(namespace);
    const policyPart = policy === undefined ? '*' : `${policy.name}:${escapeGlob(entryVersionOf(policy))}:*`;
    return `${escapeGlob(this.prefix)}:c:{${namespacePart}}:${policyPart}`;
  }

  #countEntry(): void {
    this.#cachedEntries += 1;
    if (this.#cachedEntries <= maxCachedEntries) return;
    this.#cachedEntries = 0;
    this.#namespaces.clear();
  }

  #namespace(namespace: string): NamespaceKeys {
    let names = this.#namespaces.get(namespace);
    if (names === undefined) {
      checkNamespace(namespace);
      if (this.#namespaces.size >= maxCachedNames) this.#namespaces.clear();
      names = new NamespaceKeys(this.prefix, namespace, () => this.#countEntry());
      this.#namespaces.set(namespace, names);
    }
    return names;
  }
}

/** @throws InvalidCacheUseError */
export function checkNamespace(namespace: string): void {
  checkName('namespace', namespace, 200);
  if (namespace.includes('{') || namespace.includes('}'))
    throw new InvalidCacheUseError('A namespace must have no braces');
}

/** @throws InvalidCacheUseError for anything but a list; the names in it are checked when they are used */
export function checkTags(tags: unknown): void {
  if (!Array.isArray(tags)) throw new InvalidCacheUseError('The tags must be a list of names');
}

/** Redis holds bytes: two texts with different halves of a character would become the same name. */
function checkName(what: string, name: unknown, maxLength: number): void {
  if (typeof name !== 'string' || name.length === 0 || name.length > maxLength || !name.isWellFormed())
    throw new InvalidCacheUseError(
      `A ${what} must be a text of 1 to ${maxLength} characters without lone surrogates`,
    );
}

function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&');
}
