/**
 * The version of a tag, 16 bytes: lineage 6, boot id 6, counter 4.
 *
 * The lineage is the beginning of the primary's replication id. A failover or a restart from a snapshot may bring back a
 * tag together with the entry that was built on it, both old; they then carry another lineage than the primary, and such
 * a tag counts as missing. Boot id and counter make every version unique: a tag that was removed never comes back as it
 * was.
 */
import { randomBytes } from 'node:crypto';

export const versionBytes = 16;
export const replicationIdBytes = 6;

/** The lineage in a `master_replid` of 40 hexadecimal digits. */
export function replicationIdOf(replicationId: string): Buffer {
  return Buffer.from(replicationId.slice(0, 2 * replicationIdBytes), 'hex');
}

export class VersionSource {
  readonly #bootId = randomBytes(6);
  #counter = 0;

  next(replicationId: Buffer): Buffer {
    const version = Buffer.allocUnsafe(versionBytes);
    replicationId.copy(version, 0, 0, replicationIdBytes);
    this.#bootId.copy(version, replicationIdBytes);
    this.#counter = (this.#counter + 1) >>> 0;
    version.writeUInt32BE(this.#counter, 12);
    return version;
  }
}
