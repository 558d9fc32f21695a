/**
 * The version of a tag, 16 bytes: replication id 6, boot id 6, counter 4.
 *
 * The replication id is the beginning of the primary's `master_replid`. A failover or a restart from a snapshot can
 * bring back a tag together with an entry that was built with it, both old. Their replication id then differs from
 * the primary's, and such a tag counts as missing. Boot id and counter make every version unique, so a removed tag
 * never returns with the same version.
 */
import { randomBytes } from 'node:crypto';

export const versionBytes = 16;
export const replicationIdBytes = 6;

/** The first 6 bytes of a `master_replid` of 40 hexadecimal digits. */
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
