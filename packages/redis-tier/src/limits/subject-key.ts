import { createHash } from 'node:crypto';

/** Characters of the digest in a key, six bits each: 96 bits, beyond anybody's search for a second subject. */
const digestCharacters = 16;

/**
 * The key of a subject's use of a resource. The digest is the hash tag, so all that belongs to a subject lies in one
 * slot. It keeps tokens out of the server; an address could still be found again by trying them all.
 */
export function subjectKey(prefix: string, digest: string, resource: string): string {
  return `${prefix}:r:{${digest}}:${resource}`;
}

export function subjectDigest(subject: string): string {
  return createHash('sha256').update(subject).digest('base64url').slice(0, digestCharacters);
}
