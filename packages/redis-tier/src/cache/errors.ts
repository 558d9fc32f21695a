/** A loader returned a value that the cache cannot store: `undefined`, or one that the serializer would change. */
export class UncacheableValueError extends Error {
  override readonly name = 'UncacheableValueError';
  readonly code = 'cache_uncacheable_value';

  constructor(where: string, reason: string, options?: ErrorOptions) {
    super(`The loader of ${where} ${reason}`, options);
  }
}

/** A loader took longer than its policy's `loadTimeoutMs`. */
export class LoadTimeoutError extends Error {
  override readonly name = 'LoadTimeoutError';
  readonly code = 'cache_load_timed_out';

  constructor(where: string, limitMs: number) {
    super(`The loader of ${where} did not finish within ${limitMs} ms`);
  }
}

/** The cache was closed while a loader was running. */
export class CacheClosedError extends Error {
  override readonly name = 'CacheClosedError';
  readonly code = 'cache_closed';

  constructor(where: string) {
    super(`The cache was closed while the loader of ${where} was running`);
  }
}

/** The cache rejects a namespace, tag, key, policy or option. A bug in the program, not a problem of the data. */
export class InvalidCacheUseError extends Error {
  override readonly name = 'InvalidCacheUseError';
  readonly code = 'cache_invalid_use';
}
