/**
 * All reads of one turn of the event loop travel as one MGET per slot: one command, one deadline, one reply to parse.
 */
import type { EntryKeys } from '../keys.ts';
import type { Snapshot } from '../local/tag-counters.ts';
import type { PrimaryConnection } from '../primary/link.ts';
import { ReadBatch, type Reading } from './read-batch.ts';

export class Reads {
  readonly #connection: PrimaryConnection;
  readonly #groupOf: (names: EntryKeys) => number;
  readonly #snapshot: () => Snapshot;
  /** The batches of this turn; of each group the one that is filled. */
  #batches: ReadBatch[] = [];
  #filling = new Map<number, ReadBatch>();

  /** `groupOf`: reads with the same number may travel together. `snapshot`: what has been heard of tags. */
  constructor(
    connection: PrimaryConnection,
    groupOf: (names: EntryKeys) => number,
    snapshot: () => Snapshot,
  ) {
    this.#connection = connection;
    this.#groupOf = groupOf;
    this.#snapshot = snapshot;
  }

  /**
   * Reads an entry and its tags at the end of this turn; null when there is none. `onSend` runs just before they are asked
   * for.
   *
   * @throws RedisUnavailableError, or the server's error
   */
  async read(names: EntryKeys, onSend?: () => void): Promise<Reading | null> {
    const group = this.#groupOf(names);
    let batch = this.#filling.get(group);
    if (batch === undefined || batch.isFull) {
      batch = new ReadBatch(this.#connection, this.#snapshot);
      this.#filling.set(group, batch);
      if (this.#batches.push(batch) === 1) setImmediate(() => this.#sendAll());
    }
    batch.add(names, onSend);
    await batch.done;
    return batch.reading(names);
  }

  #sendAll(): void {
    const batches = this.#batches;
    this.#batches = [];
    // Not cleared: the table of a cleared map refers to the next one, and so old batches would keep new ones in memory.
    this.#filling = new Map();
    for (const batch of batches) batch.send();
  }
}
