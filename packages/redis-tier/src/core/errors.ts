/** Redis cannot be used at this moment: away, frozen, or its breaker is open. Nothing is known of what was sent. */
export class RedisUnavailableError extends Error {
  override readonly name = 'RedisUnavailableError';
  readonly code = 'redis_unavailable';

  constructor(reason: string, options?: ErrorOptions) {
    super(`Redis is unavailable: ${reason}`, options);
  }
}
