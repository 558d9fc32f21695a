/**
 * Sends all reads of one event-loop turn as one MGET per slot: one command, one deadline, one reply to parse.
 */
import { timers } from '../../core/internal.ts';
import type { EntryKeys } from '../keys.ts';
import type { Snapshot } from '../local/tag-counters.ts';
import { ReadBatch, type Reading, type ReadSource } from './read-batch.ts';

/** A batch that was not sent at the end of its turn is sent by the next read after this time, in ms. */
const overdueMs = 20;

export class Reads {
  readonly #source: ReadSource;
  readonly #groupOf: (names: EntryKeys) => number;
  readonly #snapshot: () => Snapshot;
  /** The batches of this turn, and for each group the one that is being filled. */
  #batches: ReadBatch[] = [];
  #filling = new Map<number, ReadBatch>();
  #scheduledMs = 0;

  /** `groupOf`: reads with the same number may travel together. `snapshot`: the change count of tags at the send. */
  constructor(source: ReadSource, groupOf: (names: EntryKeys) => number, snapshot: () => Snapshot) {
    this.#source = source;
    this.#groupOf = groupOf;
    this.#snapshot = snapshot;
  }

  /**
   * Reads an entry and its tags at the end of this turn; null when the entry does not exist, or was stored with
   * other tags. `onSend` runs just before the MGET is sent.
   *
   * @throws RedisUnavailableError, or the server's error
   */
  async read(names: EntryKeys, onSend?: () => void): Promise<Reading | null> {
    const group = this.#groupOf(names);
    let batch = this.#filling.get(group);
    if (batch === undefined || batch.isFull) {
      batch = new ReadBatch(this.#source, this.#snapshot);
      this.#filling.set(group, batch);
      if (this.#batches.push(batch) === 1) {
        this.#scheduledMs = timers.now();
        timers.setImmediate(() => this.#sendAll());
      }
    }
    batch.add(names, onSend);
    // The end of the turn may never come: an application may have replaced setImmediate before this module loaded.
    if (timers.now() - this.#scheduledMs > overdueMs) this.#sendAll();
    await batch.done;
    return batch.reading(names);
  }

  #sendAll(): void {
    const batches = this.#batches;
    this.#batches = [];
    // A new map instead of clear(): the old table refers to the next one, so old batches would keep new ones in memory.
    this.#filling = new Map();
    for (const batch of batches) batch.send();
  }
}
