import type { Content } from './content.ts';

/**
 * Where an answer came from. local, remote: fresh, from this process or from Redis. stale: past its time, or standing in
 * for a load that failed. miss: loaded now.
 */
export type AnswerSource = 'local' | 'remote' | 'stale' | 'miss';

/** What a look-up found. */
export class Answer<T> {
  readonly source: AnswerSource;
  /** When the value was true at the least, in ms since the epoch by this process's clock. */
  readonly asOfMs: number;
  /** Until when it counts as fresh; not after `asOfMs` for a value that could not be kept. */
  readonly freshUntilMs: number;
  readonly #content: Content;

  constructor(content: Content, source: AnswerSource, asOfMs: number, freshUntilMs: number) {
    this.#content = content;
    this.source = source;
    this.asOfMs = asOfMs;
    this.freshUntilMs = freshUntilMs;
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
