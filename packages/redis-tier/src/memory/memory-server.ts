/** What the caches of one driver share: values with a TTL, bounded in bytes, and notifications. */
import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { replicationIdBytes } from '../cache/load/tag-version.ts';

type Value = { readonly bytes: Buffer; expiresAtMs: number; readonly number: number };

/** A process that receives notifications. */
export type Listener = {
  /** Names of keys begin with it. */
  readonly prefix: string;
  /** A lease that processes wait for was released. */
  onWake(leaseKey: string): void;
  /** A tag has changed. */
  onTag(tagKey: string): void;
  /** Anything may have changed. */
  onAnything(): void;
};

export class MemoryServer {
  /** The same for the whole life of the driver: what it has stored never comes back old. */
  readonly replicationId: Buffer = randomBytes(replicationIdBytes);
  readonly listeners: Set<Listener> = new Set();
  readonly #values: LRUCache<string, Value>;
  /** Counts what was set, as the position of a scan. */
  #lastNumber = 0;

  constructor(maxBytes: number) {
    this.#values = new LRUCache({ maxSize: maxBytes, sizeCalculation: estimatedBytes });
  }

  get(key: string, nowMs: number): Buffer | null {
    return this.#live(key, nowMs)?.bytes ?? null;
  }

  /** What is left of the TTL of a key that exists, in ms. */
  leftMs(key: string, nowMs: number): number {
    return (this.#live(key, nowMs)?.expiresAtMs ?? nowMs) - nowMs;
  }

  /** False when the value is too large. */
  set(key: string, bytes: Buffer, expiresAtMs: number): boolean {
    this.#lastNumber += 1;
    // The bytes may be a slice of a larger buffer, which would stay in memory.
    const copy = Buffer.allocUnsafeSlow(bytes.length);
    bytes.copy(copy);
    this.#values.set(key, { bytes: copy, expiresAtMs, number: this.#lastNumber });
    return this.#values.has(key);
  }

  expire(key: string, nowMs: number, expiresAtMs: number): void {
    const value = this.#live(key, nowMs);
    if (value !== undefined) value.expiresAtMs = expiresAtMs;
  }

  append(key: string, nowMs: number, more: string): void {
    const value = this.#live(key, nowMs);
    if (value !== undefined)
      this.set(key, Buffer.concat([value.bytes, Buffer.from(more)]), value.expiresAtMs);
  }

  delete(key: string): void {
    this.#values.delete(key);
  }

  /** Keys in the order in which they were set: at most `count` after the number, each with its own number. */
  keysAfter(
    number: number,
    count: number,
    nowMs: number,
    isSelected: (key: string) => boolean,
  ): readonly { readonly key: string; readonly number: number }[] {
    return [...this.#values.entries()]
      .filter(([key, value]) => value.number > number && value.expiresAtMs > nowMs && isSelected(key))
      .map(([key, value]) => ({ key, number: value.number }))
      .sort((one, other) => one.number - other.number)
      .slice(0, count);
  }

  /** Listeners of a prefix. */
  *listenersOf(prefix: string): Generator<Listener> {
    for (const listener of this.listeners) if (listener.prefix === prefix) yield listener;
  }

  #live(key: string, nowMs: number): Value | undefined {
    const value = this.#values.get(key);
    if (value === undefined || value.expiresAtMs > nowMs) return value;
    this.#values.delete(key);
    return undefined;
  }
}

/** The value, the key, and overhead. */
function estimatedBytes({ bytes }: Value, key: string): number {
  return bytes.length + 2 * key.length + 300;
}
