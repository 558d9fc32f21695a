import type { CachedValue } from './content.ts';
import type { LocalEntry } from './local/local-tier.ts';
import type { Shard } from './primary/shard.ts';
import type { CacheSource } from './result-source.ts';

/** What a look-up found. */
export class CacheResult<T> {
  readonly source: CacheSource;
  readonly #content: CachedValue;
  readonly #loadedAtRedisMs: number;
  readonly #expiresAtRedisMs: number;
  readonly #shard: Shard;
  readonly #entry: LocalEntry | undefined;

  constructor(
    content: CachedValue,
    source: CacheSource,
    loadedAtRedisMs: number,
    expiresAtRedisMs: number,
    shard: Shard,
    entry?: LocalEntry,
  ) {
    this.#content = content;
    this.source = source;
    this.#loadedAtRedisMs = loadedAtRedisMs;
    this.#expiresAtRedisMs = expiresAtRedisMs;
    this.#shard = shard;
    this.#entry = entry;
  }

  /** When the value was true at the least, in ms since the epoch by this process's clock. */
  get loadedAtMs(): number {
    return Math.round(this.#shard.toLocalMs(this.#loadedAtRedisMs));
  }

  /** For the cache: the primary that has the scope. */
  get shard(): Shard {
    return this.#shard;
  }

  /** For the cache: the entry of the local tier that this came from. */
  get entry(): LocalEntry | undefined {
    return this.#entry;
  }

  /** Until when it counts as fresh; `loadedAtMs` for a value that could not be kept. */
  get expiresAtMs(): number {
    return this.loadedAtMs + this.#expiresAtRedisMs - this.#loadedAtRedisMs;
  }

  /** The value as JSON gives it back, frozen in depth and shared: it is parsed when first asked for. */
  get value(): T {
    return this.#content.value as T;
  }

  /** The value as JSON in UTF-8, ready to send. Not to be written to. */
  get body(): Buffer {
    return this.#content.body;
  }

  /** A strong ETag of the body, with its quotes. */
  get etag(): string {
    return this.#content.etag;
  }
}
