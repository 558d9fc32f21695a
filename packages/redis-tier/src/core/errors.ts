/** Redis is unusable: unreachable, frozen, or the circuit breaker is open. A command sent before may still have run. */
export class RedisUnavailableError extends Error {
  override readonly name = 'RedisUnavailableError';
  readonly code = 'redis_unavailable';

  constructor(reason: string, options?: ErrorOptions) {
    super(`Redis is unavailable: ${reason}`, options);
  }
}
