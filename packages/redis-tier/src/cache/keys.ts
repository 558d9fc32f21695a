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

/** The names of one entry in Redis. A hit in the local tier needs the first alone: the others are made when asked for. */
export class EntryNames {
  readonly scope: string;
  readonly entryKey: string;
  readonly #keys: KeySpace;
  readonly #tags: readonly string[];
  #tagKeys: readonly string[] | undefined;

  constructor(keys: KeySpace, scope: string, entryKey: string, tags: readonly string[]) {
    this.scope = scope;
    this.entryKey = entryKey;
    this.#keys = keys;
    this.#tags = tags;
  }

  get leaseKey(): string {
    return this.#keys.leaseOf(this.entryKey);
  }

  /** @throws InvalidCacheUse for a tag out of range */
  check(): void {
    this.#tagKeys ??= this.#keys.entryTags(this.scope, this.#tags);
  }

  /** The scope's tag first, then the others in order. 1 to 16. @throws InvalidCacheUse for a tag out of range */
  get tagKeys(): readonly string[] {
    this.#tagKeys ??= this.#keys.entryTags(this.scope, this.#tags);
    return this.#tagKeys;
  }
}

export class KeySpace {
  readonly wakeChannel: string;
  readonly invalidationChannel: string;
  readonly tagPrefix: string;
  readonly #prefix: string;

  constructor(prefix: string) {
    if (!/^[A-Za-z0-9._-]{1,40}$/.test(prefix))
      throw new InvalidCacheUse('The prefix must be 1 to 40 letters, digits, dots or dashes');
    this.#prefix = prefix;
    this.wakeChannel = `${prefix}:w`;
    this.invalidationChannel = `${prefix}:i`;
    this.tagPrefix = `${prefix}:t:`;
  }

  /** @throws InvalidCacheUse for a scope or key out of range */
  entry(policy: Policy, { scope, key, tags = noTags }: EntryAddress): EntryNames {
    checkScope(scope);
    if (key.length === 0 || key.length > 500) throw new InvalidCacheUse('A key has 1 to 500 characters');
    const entryKey = `${this.#prefix}:c:{${scope}}:${policy.name}:${policy.revision}:${key}`;
    return new EntryNames(this, scope, entryKey, tags);
  }

  leaseOf(entryKey: string): string {
    return `${this.#prefix}:l:${entryKey.slice(this.#prefix.length + 3)}`;
  }

  /** The tag that every entry of the scope names. */
  scopeTag(scope: string): string {
    return `${this.tagPrefix}{${scope}}:`;
  }

  tag(scope: string, tag: string): string {
    if (tag.length === 0 || tag.length > 200) throw new InvalidCacheUse('A tag has 1 to 200 characters');
    return `${this.tagPrefix}{${scope}}:${tag}`;
  }

  /** A name that nothing ever has. */
  probe(hashTag: string): string {
    return `${this.#prefix}:p:{${hashTag}}`;
  }

  /** A pattern for SCAN: the entries of a scope, or of all, and of a policy, or of all. */
  entryPattern(scope: string | undefined, policy: Policy | undefined): string {
    const scopePart = scope === undefined ? '*' : escapeGlob(scope);
    const policyPart = policy === undefined ? '*' : `${policy.name}:${escapeGlob(policy.revision)}:*`;
    return `${escapeGlob(this.#prefix)}:c:{${scopePart}}:${policyPart}`;
  }

  entryTags(scope: string, tags: readonly string[]): string[] {
    const names = tags.length < 2 ? tags : [...new Set(tags)].sort();
    if (names.length >= mostTags) throw new InvalidCacheUse(`An entry has at most ${mostTags - 1} tags`);
    const keys = [this.scopeTag(scope)];
    for (const name of names) keys.push(this.tag(scope, name));
    return keys;
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
