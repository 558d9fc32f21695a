import type { LocalEntry } from './local/local-tier.ts';
import type { Shard } from './primary/shard.ts';
import type { CacheSource } from './result-source.ts';
import type { CachedValue } from './values/cached-value.ts';

/** The result of a lookup. */
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
    this.#content = content.forReader();
    this.source = source;
    this.#loadedAtRedisMs = loadedAtRedisMs;
    this.#expiresAtRedisMs = expiresAtRedisMs;
    this.#shard = shard;
    this.#entry = entry;
  }

  /** The value is at least as recent as this, in ms since the epoch by this process's clock. */
  get loadedAtMs(): number {
    return Math.round(this.#shard.toLocalMs(this.#loadedAtRedisMs));
  }

  /** For the cache: the primary that owns the namespace. */
  get shard(): Shard {
    return this.#shard;
  }

  /** For the cache: the entry of the local tier that the value was read from. */
  get entry(): LocalEntry | undefined {
    return this.#entry;
  }

  /** End of freshness, in ms since the epoch; `loadedAtMs` for a value that was not stored. */
  get expiresAtMs(): number {
    return this.loadedAtMs + this.#expiresAtRedisMs - this.#loadedAtRedisMs;
  }

  /**
   * The value as the serializer returns it, parsed on first access. From JSON it is deeply frozen and shared; from
   * another serializer it is this result's own.
   */
  get value(): T {
    return this.#content.value as T;
  }

  /** The serialized value, by default JSON in UTF-8, ready to send. Do not modify it. */
  get body(): Buffer {
    return this.#content.body;
  }

  /** A strong ETag of the body, with its quotes. */
  get etag(): string {
    return this.#content.etag;
  }
}
