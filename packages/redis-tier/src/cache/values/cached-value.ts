import { hash } from 'node:crypto';
import { jsonSerializer, type Serializer } from './serializer.ts';

/** The bytes of a value, with the parsed value and the ETag computed at most once and shared by all readers. */
export class CachedValue {
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #serializer: Serializer;
  #body: Buffer | undefined;
  #parsed = false;
  #value: unknown;
  #etag: string | undefined;

  /** `start`: offset of the body. */
  constructor(bytes: Buffer, start = 0, serializer: Serializer = jsonSerializer) {
    this.#bytes = bytes;
    this.#start = start;
    this.#serializer = serializer;
  }

  get length(): number {
    return this.#bytes.length - this.#start;
  }

  get body(): Buffer {
    this.#body ??= this.#start === 0 ? this.#bytes : this.#bytes.subarray(this.#start);
    return this.#body;
  }

  /** The parsed value; deeply frozen if it is JSON. */
  get value(): unknown {
    if (!this.#parsed) {
      this.#value =
        this.#serializer === jsonSerializer
          ? deepFreeze(JSON.parse(this.#bytes.toString('utf8', this.#start)))
          : this.#serializer.deserialize(this.body);
      this.#parsed = true;
    }
    return this.#value;
  }

  /** A strong ETag, with its quotes. */
  get etag(): string {
    this.#etag ??= `"${hash('sha1', this.body, 'base64url')}"`;
    return this.#etag;
  }

  /** What one reader gets: a value of its own, unless it is frozen. A Map cannot be frozen. */
  forReader(): CachedValue {
    return this.#serializer === jsonSerializer
      ? this
      : new CachedValue(this.#bytes, this.#start, this.#serializer);
  }

  /** The same value on a copy of the bytes, which may be a slice of a large socket buffer that would stay in memory. */
  compact(): CachedValue {
    const copy = Buffer.allocUnsafeSlow(this.length);
    this.body.copy(copy);
    return new CachedValue(copy, 0, this.#serializer);
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
