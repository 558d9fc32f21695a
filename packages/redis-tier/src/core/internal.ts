/** For the other folders of the tier. Not exported by the package. */
export {
  aBoolean,
  aClientOrDriver,
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
export { type Loop, type LoopOptions, startLoop } from './loop.ts';
export { nodeTimers, timers } from './timers.ts';
