import { hash } from 'node:crypto';

/** A value's bytes, and what is made of them at most once: the parsed value and the ETag. Shared by all who read it. */
export class Content {
  readonly body: Buffer;
  #parsed = false;
  #value: unknown;
  #etag: string | undefined;

  constructor(body: Buffer) {
    this.body = body;
  }

  /** The parsed value, frozen in depth. */
  get value(): unknown {
    if (!this.#parsed) {
      this.#value = deepFreeze(JSON.parse(this.body.toString('utf8')));
      this.#parsed = true;
    }
    return this.#value;
  }

  /** A strong ETag, with its quotes. */
  get etag(): string {
    this.#etag ??= `"${hash('sha1', this.body, 'base64url')}"`;
    return this.#etag;
  }
}

function deepFreeze(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) deepFreeze(part);
    Object.freeze(value);
  }
  return value;
}
