export { type Clock, clockSlackMs, systemClock } from './clock.ts';
export { RedisUnavailable } from './errors.ts';
