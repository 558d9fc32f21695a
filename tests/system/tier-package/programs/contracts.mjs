/** Runs the contracts of the cache and the limiter with the client that is installed. Prints the number of contracts. */
import { connect, createCache, createLimiter, parseRedisUrl } from '@bookedbarber/redis-tier';
import {
  cacheContract,
  contractLimits,
  contractPolicies,
  limiterContract,
  sharedCacheContract,
  sharedLimiterContract,
  until,
} from '@bookedbarber/redis-tier/testing';
import { Redis } from 'ioredis';

const url = process.env.REDIS_URL;
const common = { deadlineMs: 30_000 };

function openCache(redis, prefix) {
  const cache = createCache({ ...common, redis, prefix, policies: contractPolicies });
  const isReady = () => cache.available && cache.statistics().local.trackingConnected;
  return { part: cache, isReady, close: () => cache.close(0) };
}

function openLimiter(redis, prefix) {
  const limiter = createLimiter({ ...common, redis, prefix, limits: contractLimits });
  return { part: limiter, isReady: () => limiter.state === 'redis', close: async () => limiter.close() };
}

/** Half of the connections are opened by `connect`, the others are clients with default options. */
let connections = 0;
function openConnection() {
  connections += 1;
  if (connections % 2 === 0) return new Redis(url);
  return connect({ server: parseRedisUrl(url), name: 'contract', commandTimeoutMs: 60_000 }, () => {});
}

async function prove({ title, run }, open, prefix) {
  const ends = [];
  const fleet = {
    async open() {
      const redis = openConnection();
      redis.on('error', () => {});
      const { part, isReady, close } = open(redis, prefix);
      ends.push(async () => {
        await close();
        redis.disconnect();
      });
      await until('it is ready', isReady);
      return part;
    },
  };
  try {
    await run(fleet);
  } catch (cause) {
    throw new Error(title, { cause });
  } finally {
    for (const end of ends) await end();
  }
}

const contracts = [
  ...[...cacheContract, ...sharedCacheContract].map((contract) => [contract, openCache]),
  ...[...limiterContract, ...sharedLimiterContract].map((contract) => [contract, openLimiter]),
];
for (const [index, [contract, open]] of contracts.entries())
  await prove(contract, open, `packed-${process.pid}-${index}`);
console.log(contracts.length, 'contracts');
