export {
  aBoolean,
  aFunction,
  anObject,
  anObjectWith,
  aPrefix,
  type Check,
  type Checks,
  checkOptions,
  integerFrom,
  numberFrom,
  oneOf,
  optional,
  orNull,
  textLike,
} from './check-options.ts';
export { type Clock, clockSlackMs, systemClock } from './clock.ts';
export { RedisUnavailableError } from './errors.ts';
export { nodeTimers, type Timers, timers } from './timers.ts';
