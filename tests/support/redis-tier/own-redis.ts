/** A Redis server of the test's own, to be frozen, killed and restarted. */
export {
  type RedisServerProcess as OwnRedis,
  startRedisServer as startOwnRedis,
} from '../../../packages/redis-tier/src/testing/index.ts';
