/** A loader returned what the cache cannot keep: `undefined`, or something that JSON has no form for. */
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
    super(`The loader of ${where} was not done after ${limitMs} ms`);
  }
}

/** A scope, tag, key, policy or option that the cache does not take. A mistake of the program, not of the data. */
export class InvalidCacheUseError extends Error {
  override readonly name = 'InvalidCacheUseError';
  readonly code = 'cache_invalid_use';
}
