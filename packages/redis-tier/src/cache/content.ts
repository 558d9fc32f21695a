import { hash } from 'node:crypto';

/** The bytes of a value, with the parsed value and the ETag computed at most once and shared by all readers. */
export class CachedValue {
  readonly #bytes: Buffer;
  readonly #start: number;
  #body: Buffer | undefined;
  #parsed = false;
  #value: unknown;
  #etag: string | undefined;

  /** `start`: offset of the body. */
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

  /** The parsed value, deeply frozen. */
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

/** For results of JSON.parse: no cycles, no inherited fields, no getters. */
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

/** Most parts are strings and numbers, which need no call. */
function freezePart(part: unknown): void {
  if (typeof part === 'object' && part !== null) deepFreeze(part);
}
