export { type Clock, clockSlackMs, systemClock } from './clock.ts';
export { RedisUnavailableError } from './errors.ts';
