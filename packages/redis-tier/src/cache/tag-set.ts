/**
 * The tags that an entry names. The set is part of what makes an entry valid: tags that were created by one call have
 * the same version, so versions alone do not distinguish an entry that was loaded with one tag from a request with
 * another.
 */
import { createHash } from 'node:crypto';

export const digestBytes = 8;

export type TagSet = {
  /** The tags in Redis: the namespace's own first, then the others in order. 1 to 16. */
  readonly keys: readonly string[];
  /** Identifies the names of the tags. */
  readonly digest: Buffer;
};

/** `keys`: in the order of `TagSet`. */
export function toTagSet(keys: readonly string[]): TagSet {
  const hash = createHash('sha256');
  // Each with its length, because a tag may contain any character.
  for (const key of keys) hash.update(`${key.length}:${key}`);
  return { keys, digest: hash.digest().subarray(0, digestBytes) };
}

export function isSameTagSet(one: TagSet, other: TagSet): boolean {
  return one === other || one.digest.equals(other.digest);
}

/** Whether two lists of tags are equal without looking at their order. False does not mean that the sets differ. */
export function areEqualTags(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}
