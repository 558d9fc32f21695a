import { hash } from 'node:crypto';

/** A value's bytes, and what is made of them at most once: the parsed value and the ETag. Shared by all who read it. */
export class CachedValue {
  readonly #bytes: Buffer;
  readonly #start: number;
  #body: Buffer | undefined;
  #parsed = false;
  #value: unknown;
  #etag: string | undefined;

  /** The body begins at `start`. */
  constructor(bytes: Buffer, start = 0) {
    this.#bytes = bytes;
    this.#start = start;
  }

  get length(): number {
    return this.#bytes.length - this.#start;
  }

  get body(): Buffer {
    this.#body ??= this.#start === 0 ? this.#bytes : this.#bytes.subarray(this.#start);
    return this.#body;
  }

  /** The parsed value, frozen in depth. */
  get value(): unknown {
    if (!this.#parsed) {
      this.#value = deepFreeze(JSON.parse(this.#bytes.toString('utf8', this.#start)));
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

/** Of what JSON.parse gives: no cycles, nothing inherited, nothing that is asked for by calling. */
function deepFreeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) freezePart(value[i]);
  } else {
    const fields = value as Record<string, unknown>;
    for (const name in fields) freezePart(fields[name]);
  }
  return Object.freeze(value);
}

/** Most parts are texts and numbers, which need no call. */
function freezePart(part: unknown): void {
  if (typeof part === 'object' && part !== null) deepFreeze(part);
}
