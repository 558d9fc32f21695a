/**
 * The names of everything in Redis. The scope stands in braces: it decides the slot, so all that belongs to one scope lies
 * on one node and every step with several keys is legal in a cluster.
 *
 *   {prefix}:c:{scope}:policy:revision:key   an entry
 *   {prefix}:l:{scope}:policy:revision:key   the right to load it
 *   {prefix}:t:{scope}:tag                   a tag; the scope's own tag has the empty name
 *   {prefix}:w                               the channel on which those who wait for a load are woken
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

/** The names of one entry in Redis. */
export type EntryNames = {
  readonly scope: string;
  readonly entryKey: string;
  readonly leaseKey: string;
  /** The scope's tag first, then the others in order. 1 to 16. */
  readonly tagKeys: readonly string[];
};

const mostTags = 16;

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

  /** @throws InvalidCacheUse for a scope, key or tag out of range */
  entry(policy: Policy, { scope, key, tags = [] }: EntryAddress): EntryNames {
    checkScope(scope);
    if (key.length === 0 || key.length > 500) throw new InvalidCacheUse('A key has 1 to 500 characters');
    const tail = `{${scope}}:${policy.name}:${policy.revision}:${key}`;
    return {
      scope,
      entryKey: `${this.#prefix}:c:${tail}`,
      leaseKey: `${this.#prefix}:l:${tail}`,
      tagKeys: this.#entryTags(scope, tags),
    };
  }

  /** The tag that every entry of the scope names. */
  scopeTag(scope: string): string {
    return `${this.tagPrefix}{${scope}}:`;
  }

  tag(scope: string, tag: string): string {
    if (tag.length === 0 || tag.length > 200) throw new InvalidCacheUse('A tag has 1 to 200 characters');
    return `${this.tagPrefix}{${scope}}:${tag}`;
  }

  /** A pattern for SCAN: the entries of a scope, or of all, and of a policy, or of all. */
  entryPattern(scope: string | undefined, policy: Policy | undefined): string {
    const scopePart = scope === undefined ? '*' : escapeGlob(scope);
    const policyPart = policy === undefined ? '*' : `${policy.name}:${escapeGlob(policy.revision)}:*`;
    return `${escapeGlob(this.#prefix)}:c:{${scopePart}}:${policyPart}`;
  }

  #entryTags(scope: string, tags: readonly string[]): string[] {
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
