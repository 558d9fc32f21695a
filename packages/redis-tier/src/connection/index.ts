export {
  type ConnectionOptions,
  connect,
  connectCluster,
  connectionSettings,
  connectTo,
  isCluster,
  type RedisServer,
  unqueued,
} from './connect.ts';
export { createGuard, type Guard, type GuardedClient, type GuardOptions, type GuardState } from './guard.ts';
export { infoNumber, parseInfo } from './server-info.ts';
export { serverOf } from './server-of.ts';
export { slotOf } from './slot.ts';
