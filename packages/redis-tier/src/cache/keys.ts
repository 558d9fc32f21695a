/**
 * The names of everything in Redis. The scope stands in braces: it decides the slot, so all that belongs to one scope lies
 * on one node and every step with several keys is legal in a cluster.
 *
 *   {prefix}:c:{scope}:policy:revision:key   an entry
 *   {prefix}:l:{scope}:policy:revision:key   the right to load it
 *   {prefix}:t:{scope}:tag                   a tag; the scope's own tag has the empty name
 *   {prefix}:w                               the channel on which those who wait for a load are woken
 *   {prefix}:p:{...}                         nothing: removing it tells whether a node takes invalidations
 *   {prefix}:i                               the channel of invalidations, for servers that refuse tracking
 */
import { InvalidCacheUseError } from './errors.ts';
import type { Policy } from './policy-options.ts';

/** What the caller names. */
export type EntryAddress = {
  /** The tenant. 1 to 200 characters without braces. */
  namespace: string;
  /** Names the value within policy and scope. 1 to 500 characters. */
  key: string;
  /** What the value depends on: a function of the key. At most 15, in any order. */
  tags?: readonly string[];
};

const maxTags = 16;
const noTags: readonly string[] = [];
/** Names are remembered, so that a look-up does not put them together each time: for so many scopes and tags of each. */
const maxRemembered = 1000;

/** The names of one entry in Redis. A hit in the local tier needs the first alone: the others are made when asked for. */
export class EntryKeys {
  readonly entryKey: string;
  readonly #namespace: NamespaceKeys;
  readonly #tags: readonly string[];
  #tagKeys: readonly string[] | undefined;

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

  /** The scope's tag first, then the others in order. 1 to 16. @throws InvalidCacheUseError for a tag out of range */
  get tagKeys(): readonly string[] {
    this.#tagKeys ??= this.#namespace.tagKeys(this.#tags);
    return this.#tagKeys;
  }

  /** @throws InvalidCacheUseError for a tag out of range */
  check(): void {
    this.#tagKeys ??= this.#namespace.tagKeys(this.#tags);
  }
}

/** The names of one scope. */
class NamespaceKeys {
  readonly namespace: string;
  readonly namespaceTag: string;
  readonly #prefix: string;
  readonly #entryStarts = new Map<Policy, string>();
  /** By the one tag that is named beside the scope's. */
  readonly #pairs = new Map<string, readonly string[]>();

  constructor(prefix: string, namespace: string) {
    this.namespace = namespace;
    this.#prefix = prefix;
    this.namespaceTag = `${prefix}:t:{${namespace}}:`;
  }

  entryKey(policy: Policy, key: string): string {
    let start = this.#entryStarts.get(policy);
    if (start === undefined) {
      start = `${this.#prefix}:c:{${this.namespace}}:${policy.name}:${policy.schemaVersion}:`;
      this.#entryStarts.set(policy, start);
    }
    return start + key;
  }

  leaseOf(entryKey: string): string {
    return `${this.#prefix}:l:${entryKey.slice(this.#prefix.length + 3)}`;
  }

  tag(tag: string): string {
    if (tag.length === 0 || tag.length > 200) throw new InvalidCacheUseError('A tag has 1 to 200 characters');
    return this.namespaceTag + tag;
  }

  tagKeys(tags: readonly string[]): readonly string[] {
    const [first] = tags;
    if (first === undefined) return [this.namespaceTag];
    if (tags.length > 1) {
      const names = [...new Set(tags)].sort();
      if (names.length >= maxTags) throw new InvalidCacheUseError(`An entry has at most ${maxTags - 1} tags`);
      return [this.namespaceTag, ...names.map((name) => this.tag(name))];
    }
    let pair = this.#pairs.get(first);
    if (pair === undefined) {
      if (this.#pairs.size >= maxRemembered) this.#pairs.clear();
      pair = [this.namespaceTag, this.tag(first)];
      this.#pairs.set(first, pair);
    }
    return pair;
  }
}

export class KeySpace {
  readonly wakeChannel: string;
  readonly invalidationChannel: string;
  readonly tagPrefix: string;
  readonly prefix: string;
  readonly #namespaces = new Map<string, NamespaceKeys>();

  constructor(prefix: string) {
    if (!/^[A-Za-z0-9._-]{1,40}$/.test(prefix))
      throw new InvalidCacheUseError('The prefix must be 1 to 40 letters, digits, dots or dashes');
    this.prefix = prefix;
    this.wakeChannel = `${prefix}:w`;
    this.invalidationChannel = `${prefix}:i`;
    this.tagPrefix = `${prefix}:t:`;
  }

  /** @throws InvalidCacheUseError for a scope or key out of range */
  entry(policy: Policy, { namespace: scope, key, tags = noTags }: EntryAddress): EntryKeys {
    if (key.length === 0 || key.length > 500) throw new InvalidCacheUseError('A key has 1 to 500 characters');
    const names = this.#namespace(scope);
    return new EntryKeys(names, names.entryKey(policy, key), tags);
  }

  /** The tag that every entry of the scope names. @throws InvalidCacheUseError */
  namespaceTag(namespace: string): string {
    return this.#namespace(namespace).namespaceTag;
  }

  /** @throws InvalidCacheUseError for a scope or tag out of range */
  tag(namespace: string, tag: string): string {
    return this.#namespace(namespace).tag(tag);
  }

  /** A name that nothing ever has. */
  probe(hashTag: string): string {
    return `${this.prefix}:p:{${hashTag}}`;
  }

  /** A pattern for SCAN: the entries of a scope, or of all, and of a policy, or of all. */
  entryPattern(namespace: string | undefined, policy: Policy | undefined): string {
    const scopePart = namespace === undefined ? '*' : escapeGlob(namespace);
    const policyPart = policy === undefined ? '*' : `${policy.name}:${escapeGlob(policy.schemaVersion)}:*`;
    return `${escapeGlob(this.prefix)}:c:{${scopePart}}:${policyPart}`;
  }

  #namespace(namespace: string): NamespaceKeys {
    let names = this.#namespaces.get(namespace);
    if (names === undefined) {
      checkNamespace(namespace);
      if (this.#namespaces.size >= maxRemembered) this.#namespaces.clear();
      names = new NamespaceKeys(this.prefix, namespace);
      this.#namespaces.set(namespace, names);
    }
    return names;
  }
}

/** @throws InvalidCacheUseError */
export function checkNamespace(namespace: string): void {
  if (namespace.length === 0 || namespace.length > 200 || namespace.includes('{') || namespace.includes('}'))
    throw new InvalidCacheUseError('A scope has 1 to 200 characters and no braces');
}

function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&');
}
