export { type Clock, systemClock } from './clock.ts';
export { RedisUnavailable } from './errors.ts';
