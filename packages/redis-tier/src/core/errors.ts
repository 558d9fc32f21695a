/** Redis cannot be used at this moment: away, frozen, or its breaker is open. Nothing is known of what was sent. */
export class RedisUnavailable extends Error {
  override readonly name = 'RedisUnavailable';
  readonly code = 'redis_unavailable';

  constructor(reason: string, options?: ErrorOptions) {
    super(`Redis is unavailable: ${reason}`, options);
  }
}
