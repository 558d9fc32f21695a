/** The reads of one MGET: every key is read once, and every entry is checked once for all its readers. */
import { RedisUnavailableError } from '../../core/index.ts';
import type { EntryKeys } from '../keys.ts';
import type { Snapshot } from '../local/tag-counters.ts';
import type { Commands } from '../primary/commands.ts';
import { isSameTagSet, type TagSet } from '../tag-set.ts';
import { CachedValue } from '../values/cached-value.ts';
import {
  bodyStart,
  type EntryTimes,
  hasReplicationId,
  hasVersion,
  isEntry,
  namesTags,
  readTimes,
} from './entry-codec.ts';

/** An entry that was read together with its tags. */
export type Reading = {
  /**
   * Every tag that it names exists, has the current replication id, and has the version that the entry was built
   * with.
   */
  readonly valid: boolean;
  readonly times: EntryTimes;
  readonly snapshot: Snapshot;
  /** Random number from 0 to 1, shared by all callers of the reading, that decides about a refresh ahead. */
  readonly chance: number;
  content: CachedValue;
  /** Whether its content could be decoded; undefined while nobody has tried, and for plain JSON. */
  decoded?: boolean;
  /** Whether the local tier has stored it. */
  isStoredLocally: boolean;
};

/** The primary that is read. */
export type ReadSource = {
  readonly replicationId: Buffer | null;
  readonly commands: Pick<Commands, 'mget'>;
};

/** Approximate maximum of keys in one MGET. */
const maxKeys = 512;

export class ReadBatch {
  /** Resolves when the reply has arrived. Rejects with RedisUnavailableError, or with the server's error. */
  readonly done: Promise<void>;
  readonly #source: ReadSource;
  readonly #snapshot: () => Snapshot;
  readonly #positions = new Map<string, number>();
  readonly #onSend: (() => void)[] = [];
  readonly #readings: (Reading | null | undefined)[] = [];
  readonly #tagsOfReading: TagSet[] = [];
  #replies: readonly (Buffer | null)[] = [];
  /** Null for tags with another replication id. */
  #tags: (Buffer | null)[] = [];
  #replicationId: Buffer | null = null;
  #snapshotAtSend: Snapshot | undefined;
  #resolve: (sent: Promise<void>) => void = () => {};

  constructor(source: ReadSource, snapshot: () => Snapshot) {
    this.#source = source;
    this.#snapshot = snapshot;
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    // Callers receive the rejection; without callers it must not be unhandled.
    this.done.catch(() => {});
  }

  get isFull(): boolean {
    return this.#positions.size >= maxKeys;
  }

  /** `onSend` runs just before the MGET is sent. */
  add(names: EntryKeys, onSend: (() => void) | undefined): void {
    this.#place(names.entryKey);
    for (const key of names.tagKeys) this.#place(key);
    if (onSend !== undefined) this.#onSend.push(onSend);
  }

  send(): void {
    this.#resolve(this.#mget());
  }

  /** The reading of an entry that was added; null when the entry does not exist, or was stored with other tags. */
  reading({ entryKey, tagSet }: EntryKeys): Reading | null {
    const position = this.#positions.get(entryKey) ?? -1;
    const known = this.#readings[position];
    const tagsOfKnown = this.#tagsOfReading[position];
    // A reading with other tags for the same key does not apply.
    if (known !== undefined && tagsOfKnown !== undefined && isSameTagSet(tagsOfKnown, tagSet)) return known;
    const reading = this.#check(position, tagSet);
    this.#readings[position] = reading;
    this.#tagsOfReading[position] = tagSet;
    return reading;
  }

  #place(key: string): void {
    if (!this.#positions.has(key)) this.#positions.set(key, this.#positions.size);
  }

  async #mget(): Promise<void> {
    const { replicationId } = this.#source;
    if (replicationId === null) throw new RedisUnavailableError('the primary is not known');
    for (const listener of this.#onSend) listener();
    this.#snapshotAtSend = this.#snapshot();
    const keys = [...this.#positions.keys()];
    this.#replies = await this.#source.commands.mget(keys);
    // The role may have changed while the reply was in flight.
    if (this.#source.replicationId?.equals(replicationId) !== true)
      throw new RedisUnavailableError('the primary changed');
    this.#replicationId = replicationId;
  }

  #check(position: number, tagSet: TagSet): Reading | null {
    const { keys: tagKeys } = tagSet;
    const entry = this.#replies[position] ?? null;
    const snapshot = this.#snapshotAtSend;
    if (entry === null || snapshot === undefined || !isEntry(entry) || !namesTags(entry, tagSet)) return null;
    let valid = true;
    for (let i = 0; valid && i < tagKeys.length; i++) {
      const tag = this.#tag(tagKeys[i] ?? '');
      valid = tag !== null && hasVersion(entry, i, tag);
    }
    const content = new CachedValue(entry, bodyStart(entry));
    return {
      valid,
      times: readTimes(entry),
      snapshot,
      chance: Math.random(),
      content,
      isStoredLocally: false,
    };
  }

  #tag(key: string): Buffer | null {
    const position = this.#positions.get(key) ?? -1;
    let tag = this.#tags[position];
    if (tag === undefined) {
      const reply = this.#replies[position] ?? null;
      tag = this.#replicationId !== null && hasReplicationId(reply, this.#replicationId) ? reply : null;
      this.#tags[position] = tag;
    }
    return tag;
  }
}
