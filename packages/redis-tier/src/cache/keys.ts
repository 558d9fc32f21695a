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
import { InvalidCacheUse } from './errors.ts';
import type { Policy } from './policy-options.ts';

/** What the caller names. */
export type EntryAddress = {
  /** The tenant. 1 to 200 characters without braces. */
  scope: string;
  /** Names the value within policy and scope. 1 to 500 characters. */
  key: string;
  /** What the value depends on: a function of the key. At most 15, in any order. */
  tags?: readonly string[];
};

const mostTags = 16;
const noTags: readonly string[] = [];
/** Names are remembered, so that a look-up does not put them together each time: for so many scopes and tags of each. */
const mostRemembered = 1000;

/** The names of one entry in Redis. A hit in the local tier needs the first alone: the others are made when asked for. */
export class EntryNames {
  readonly entryKey: string;
  readonly #scope: ScopeNames;
  readonly #tags: readonly string[];
  #tagKeys: readonly string[] | undefined;

  constructor(scope: ScopeNames, entryKey: string, tags: readonly string[]) {
    this.entryKey = entryKey;
    this.#scope = scope;
    this.#tags = tags;
  }

  get scope(): string {
    return this.#scope.scope;
  }

  get leaseKey(): string {
    return this.#scope.leaseOf(this.entryKey);
  }

  /** The scope's tag first, then the others in order. 1 to 16. @throws InvalidCacheUse for a tag out of range */
  get tagKeys(): readonly string[] {
    this.#tagKeys ??= this.#scope.tagKeys(this.#tags);
    return this.#tagKeys;
  }

  /** @throws InvalidCacheUse for a tag out of range */
  check(): void {
    this.#tagKeys ??= this.#scope.tagKeys(this.#tags);
  }
}

/** The names of one scope. */
class ScopeNames {
  readonly scope: string;
  readonly scopeTag: string;
  readonly #prefix: string;
  readonly #entryStarts = new Map<Policy, string>();
  /** By the one tag that is named beside the scope's. */
  readonly #pairs = new Map<string, readonly string[]>();

  constructor(prefix: string, scope: string) {
    this.scope = scope;
    this.#prefix = prefix;
    this.scopeTag = `${prefix}:t:{${scope}}:`;
  }

  entryKey(policy: Policy, key: string): string {
    let start = this.#entryStarts.get(policy);
    if (start === undefined) {
      start = `${this.#prefix}:c:{${this.scope}}:${policy.name}:${policy.revision}:`;
      this.#entryStarts.set(policy, start);
    }
    return start + key;
  }

  leaseOf(entryKey: string): string {
    return `${this.#prefix}:l:${entryKey.slice(this.#prefix.length + 3)}`;
  }

  tag(tag: string): string {
    if (tag.length === 0 || tag.length > 200) throw new InvalidCacheUse('A tag has 1 to 200 characters');
    return this.scopeTag + tag;
  }

  tagKeys(tags: readonly string[]): readonly string[] {
    const [first] = tags;
    if (first === undefined) return [this.scopeTag];
    if (tags.length > 1) {
      const names = [...new Set(tags)].sort();
      if (names.length >= mostTags) throw new InvalidCacheUse(`An entry has at most ${mostTags - 1} tags`);
      return [this.scopeTag, ...names.map((name) => this.tag(name))];
    }
    let pair = this.#pairs.get(first);
    if (pair === undefined) {
      if (this.#pairs.size >= mostRemembered) this.#pairs.clear();
      pair = [this.scopeTag, this.tag(first)];
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
  readonly #scopes = new Map<string, ScopeNames>();

  constructor(prefix: string) {
    if (!/^[A-Za-z0-9._-]{1,40}$/.test(prefix))
      throw new InvalidCacheUse('The prefix must be 1 to 40 letters, digits, dots or dashes');
    this.prefix = prefix;
    this.wakeChannel = `${prefix}:w`;
    this.invalidationChannel = `${prefix}:i`;
    this.tagPrefix = `${prefix}:t:`;
  }

  /** @throws InvalidCacheUse for a scope or key out of range */
  entry(policy: Policy, { scope, key, tags = noTags }: EntryAddress): EntryNames {
    if (key.length === 0 || key.length > 500) throw new InvalidCacheUse('A key has 1 to 500 characters');
    const names = this.#scope(scope);
    return new EntryNames(names, names.entryKey(policy, key), tags);
  }

  /** The tag that every entry of the scope names. @throws InvalidCacheUse */
  scopeTag(scope: string): string {
    return this.#scope(scope).scopeTag;
  }

  /** @throws InvalidCacheUse for a scope or tag out of range */
  tag(scope: string, tag: string): string {
    return this.#scope(scope).tag(tag);
  }

  /** A name that nothing ever has. */
  probe(hashTag: string): string {
    return `${this.prefix}:p:{${hashTag}}`;
  }

  /** A pattern for SCAN: the entries of a scope, or of all, and of a policy, or of all. */
  entryPattern(scope: string | undefined, policy: Policy | undefined): string {
    const scopePart = scope === undefined ? '*' : escapeGlob(scope);
    const policyPart = policy === undefined ? '*' : `${policy.name}:${escapeGlob(policy.revision)}:*`;
    return `${escapeGlob(this.prefix)}:c:{${scopePart}}:${policyPart}`;
  }

  #scope(scope: string): ScopeNames {
    let names = this.#scopes.get(scope);
    if (names === undefined) {
      checkScope(scope);
      if (this.#scopes.size >= mostRemembered) this.#scopes.clear();
      names = new ScopeNames(this.prefix, scope);
      this.#scopes.set(scope, names);
    }
    return names;
  }
}

/** @throws InvalidCacheUse */
export function checkScope(scope: string): void {
  if (scope.length === 0 || scope.length > 200 || scope.includes('{') || scope.includes('}'))
    throw new InvalidCacheUse('A scope has 1 to 200 characters and no braces');
}

function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&');
}
