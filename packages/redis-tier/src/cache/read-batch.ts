/**
 * All reads of one turn of the event loop travel as one MGET per slot: one command, one deadline, one reply to parse. Reads of the
 * same entry share what is made of the reply.
 */
import { RedisUnavailable } from '../core/index.ts';
import { Content } from './content.ts';
import { decodeEntry, type Found } from './entry-codec.ts';
import type { EntryNames } from './keys.ts';
import type { Link } from './link.ts';
import type { Snapshot } from './tag-counters.ts';

/** An entry as it was read together with its tags. */
export type Reading = {
  readonly found: Found;
  content: Content;
  /** What had been heard of the tags before they were asked for; null when the local tier is not to keep it. */
  snapshot: Snapshot | null;
};

type Waiting = {
  readonly names: EntryNames;
  readonly onSend: (() => void)[];
  isForLocal: boolean;
  readonly resolve: (reading: Reading | null) => void;
  readonly reject: (error: unknown) => void;
  readonly reading: Promise<Reading | null>;
};

/** The reads of one MGET, and where each key stands in it. */
type Batch = { readonly waiting: Waiting[]; readonly positions: Map<string, number> };

/** Most keys of one MGET, about. */
const mostKeys = 512;

export class ReadBatch {
  readonly #link: Link;
  readonly #groupOf: (names: EntryNames) => number;
  readonly #snapshot: (names: EntryNames) => Snapshot | null;
  #waiting = new Map<string, Waiting>();

  /** `groupOf`: reads with the same number may travel together. `snapshot`: what has been heard of an entry's tags. */
  constructor(
    link: Link,
    groupOf: (names: EntryNames) => number,
    snapshot: (names: EntryNames) => Snapshot | null,
  ) {
    this.#link = link;
    this.#groupOf = groupOf;
    this.#snapshot = snapshot;
  }

  /**
   * Reads an entry and its tags at the end of this turn; null when there is none. `onSend` runs just before they are asked for.
   *
   * @throws RedisUnavailable, or the server's error
   */
  read(names: EntryNames, isForLocal: boolean, onSend?: () => void): Promise<Reading | null> {
    if (this.#waiting.size === 0) setImmediate(() => this.#sendAll());
    const known = this.#waiting.get(names.entryKey);
    // Who names other tags for the same key would not be helped by the other's reading.
    if (known !== undefined && sameTags(known.names, names)) {
      known.isForLocal ||= isForLocal;
      if (onSend !== undefined) known.onSend.push(onSend);
      return known.reading;
    }
    const { promise, resolve, reject } = withResolvers<Reading | null>();
    const id = known === undefined ? names.entryKey : `${names.entryKey}\0${names.tagKeys.join('\0')}`;
    this.#waiting.set(id, {
      names,
      onSend: onSend === undefined ? [] : [onSend],
      isForLocal,
      resolve,
      reject,
      reading: promise,
    });
    return promise;
  }

  #sendAll(): void {
    const all = this.#waiting;
    this.#waiting = new Map();
    const batches = new Map<number, Batch>();
    for (const waiting of all.values()) {
      const group = this.#groupOf(waiting.names);
      let batch = batches.get(group);
      if (batch === undefined || batch.positions.size >= mostKeys) {
        if (batch !== undefined) void this.#send(batch);
        batch = { waiting: [], positions: new Map() };
        batches.set(group, batch);
      }
      batch.waiting.push(waiting);
      for (const key of [waiting.names.entryKey, ...waiting.names.tagKeys])
        if (!batch.positions.has(key)) batch.positions.set(key, batch.positions.size);
    }
    for (const batch of batches.values()) void this.#send(batch);
  }

  async #send({ waiting: batch, positions }: Batch): Promise<void> {
    const lineage = this.#link.lineage;
    try {
      if (lineage === null) throw new RedisUnavailable('the primary is not known');
      for (const { onSend } of batch) for (const listener of onSend) listener();
      const snapshots = batch.map(({ isForLocal, names }) => (isForLocal ? this.#snapshot(names) : null));
      const replies = await this.#link.send((redis) => redis.mgetBuffer([...positions.keys()]));
      // The role may have changed while the answer was under way.
      if (this.#link.lineage?.equals(lineage) !== true) throw new RedisUnavailable('the primary changed');
      const at = (key: string): Buffer | null => replies[positions.get(key) ?? -1] ?? null;
      for (const [index, { names, resolve }] of batch.entries()) {
        const found = decodeEntry(at(names.entryKey), names.tagKeys.map(at), lineage);
        const snapshot = snapshots[index] ?? null;
        resolve(found === null ? null : { found, content: new Content(found.body), snapshot });
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}

function sameTags(one: EntryNames, other: EntryNames): boolean {
  return (
    one.tagKeys.length === other.tagKeys.length &&
    one.tagKeys.every((key, index) => key === other.tagKeys[index])
  );
}

function withResolvers<T>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: unknown) => void;
} {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
