import type { Content } from './content.ts';
import type { LocalEntry } from './local/local-tier.ts';
import type { Shard } from './primary/shard.ts';
import type { AnswerSource } from './result-source.ts';

/** What a look-up found. */
export class Answer<T> {
  readonly source: AnswerSource;
  readonly #content: Content;
  readonly #asOfRedisMs: number;
  readonly #freshUntilRedisMs: number;
  readonly #shard: Shard;
  readonly #entry: LocalEntry | undefined;

  constructor(
    content: Content,
    source: AnswerSource,
    asOfRedisMs: number,
    freshUntilRedisMs: number,
    shard: Shard,
    entry?: LocalEntry,
  ) {
    this.#content = content;
    this.source = source;
    this.#asOfRedisMs = asOfRedisMs;
    this.#freshUntilRedisMs = freshUntilRedisMs;
    this.#shard = shard;
    this.#entry = entry;
  }

  /** When the value was true at the least, in ms since the epoch by this process's clock. */
  get asOfMs(): number {
    return Math.round(this.#shard.toLocalMs(this.#asOfRedisMs));
  }

  /** For the cache: the primary that has the scope. */
  get shard(): Shard {
    return this.#shard;
  }

  /** For the cache: the entry of the local tier that this came from. */
  get entry(): LocalEntry | undefined {
    return this.#entry;
  }

  /** Until when it counts as fresh; `asOfMs` for a value that could not be kept. */
  get freshUntilMs(): number {
    return this.asOfMs + this.#freshUntilRedisMs - this.#asOfRedisMs;
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
