/** The reads of one MGET: every key once, every entry judged once for all who ask for it. */
import { RedisUnavailable } from '../../core/index.ts';
import { Content } from '../content.ts';
import type { EntryNames } from '../keys.ts';
import type { Snapshot } from '../local/tag-counters.ts';
import type { Link } from '../primary/link.ts';
import {
  bodyStart,
  type EntryTimes,
  hasVersion,
  isEntry,
  isOfLineage,
  namesTags,
  readTimes,
} from './entry-codec.ts';

/** An entry as it was read together with its tags. */
export type Reading = {
  /** Every tag that it names exists, belongs to the lineage, and has the version that the entry was built with. */
  readonly valid: boolean;
  readonly times: EntryTimes;
  readonly snapshot: Snapshot;
  /** Decides by chance, once for all who share the reading, whether it is loaded ahead of time. 0 to 1. */
  readonly chance: number;
  content: Content;
  /** Whether the local tier has it. */
  isKept: boolean;
};

/** Most keys of one MGET, about. */
const mostKeys = 512;

export class ReadBatch {
  /** Settles when the reply has come. Rejects with RedisUnavailable, or with the server's error. */
  readonly done: Promise<void>;
  readonly #link: Link;
  readonly #snapshot: () => Snapshot;
  readonly #positions = new Map<string, number>();
  readonly #onSend: (() => void)[] = [];
  readonly #readings: (Reading | null | undefined)[] = [];
  readonly #tagsOfReading: (readonly string[])[] = [];
  #replies: readonly (Buffer | null)[] = [];
  /** Tags of another lineage are null. */
  #tags: (Buffer | null)[] = [];
  #lineage: Buffer | null = null;
  #taken: Snapshot | undefined;
  #resolve: (sent: Promise<void>) => void = () => {};

  constructor(link: Link, snapshot: () => Snapshot) {
    this.#link = link;
    this.#snapshot = snapshot;
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    // Those who wait hear of it.
    this.done.catch(() => {});
  }

  get isFull(): boolean {
    return this.#positions.size >= mostKeys;
  }

  /** `onSend` runs just before the keys are asked for. */
  add(names: EntryNames, onSend: (() => void) | undefined): void {
    this.#place(names.entryKey);
    for (const key of names.tagKeys) this.#place(key);
    if (onSend !== undefined) this.#onSend.push(onSend);
  }

  send(): void {
    this.#resolve(this.#ask());
  }

  /** What was read of an entry that was added; null when there is none. */
  reading({ entryKey, tagKeys }: EntryNames): Reading | null {
    const position = this.#positions.get(entryKey) ?? -1;
    const known = this.#readings[position];
    // Who names other tags for the same key is not helped by the other's reading.
    if (known !== undefined && sameTags(this.#tagsOfReading[position], tagKeys)) return known;
    const reading = this.#judge(position, tagKeys);
    this.#readings[position] = reading;
    this.#tagsOfReading[position] = tagKeys;
    return reading;
  }

  #place(key: string): void {
    if (!this.#positions.has(key)) this.#positions.set(key, this.#positions.size);
  }

  async #ask(): Promise<void> {
    const { lineage } = this.#link;
    if (lineage === null) throw new RedisUnavailable('the primary is not known');
    for (const listener of this.#onSend) listener();
    this.#taken = this.#snapshot();
    const keys = [...this.#positions.keys()];
    this.#replies = await this.#link.send((redis) => redis.mgetBuffer(keys));
    // The role may have changed while the answer was under way.
    if (this.#link.lineage?.equals(lineage) !== true) throw new RedisUnavailable('the primary changed');
    this.#lineage = lineage;
  }

  #judge(position: number, tagKeys: readonly string[]): Reading | null {
    const entry = this.#replies[position] ?? null;
    const snapshot = this.#taken;
    if (entry === null || snapshot === undefined || !isEntry(entry)) return null;
    let valid = namesTags(entry, tagKeys.length);
    for (let i = 0; valid && i < tagKeys.length; i++) {
      const tag = this.#tag(tagKeys[i] ?? '');
      valid = tag !== null && hasVersion(entry, i, tag);
    }
    const content = new Content(entry, bodyStart(entry));
    return { valid, times: readTimes(entry), snapshot, chance: Math.random(), content, isKept: false };
  }

  #tag(key: string): Buffer | null {
    const position = this.#positions.get(key) ?? -1;
    let tag = this.#tags[position];
    if (tag === undefined) {
      const reply = this.#replies[position] ?? null;
      tag = this.#lineage !== null && isOfLineage(reply, this.#lineage) ? reply : null;
      this.#tags[position] = tag;
    }
    return tag;
  }
}

function sameTags(one: readonly string[] | undefined, other: readonly string[]): boolean {
  if (one === other) return true;
  return one?.length === other.length && other.every((key, index) => key === one[index]);
}
