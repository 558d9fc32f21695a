import { randomUUID } from 'node:crypto';
import type { RedisClient } from '../connection/index.ts';
import {
  commandsOf,
  endpointCheckIntervalMs,
  isCluster,
  isReplicaReply,
  watchPrimary,
} from '../connection/internal.ts';
import { type Clock, systemClock } from '../core/index.ts';
import {
  aFunction,
  anObject,
  anObjectWith,
  aPrefix,
  type Checks,
  checkOptions,
  integerFrom,
  optional,
  timers,
} from '../core/internal.ts';
import { type Counts, type FleetCounts, sumOfCounts, writeCounts } from './fleet-counts.ts';
import {
  expiredProcesses,
  type FleetLookups,
  type Lookups,
  reportLifetimeMs,
  sumOfFleet,
  writeLookups,
} from './fleet-lookups.ts';
import { readServerMetrics, type ServerMetrics } from './query-servers.ts';

/**
 * One sample of the server, or of all primaries of a cluster. Null: the server was unreachable or does not report it.
 */
export type RedisSample = ServerMetrics & {
  available: boolean;
  /** Lookups of all processes that share the prefix and have reported in the last ten seconds. */
  fleet: FleetLookups;
};

export type HealthSampler = {
  /** The newest sample; reading it sends no command. Before the first sample the server counts as unavailable. */
  latest(): RedisSample;
  /**
   * The counts of all processes that share the prefix: current for this one, about a second old for the others. While
   * Redis is unavailable, only this process's.
   */
  fleetCounts(): Promise<FleetCounts>;
  /** Stops sampling, and removes this process's reports from the fleet. */
  stop(): void;
};

export type HealthSamplerOptions = {
  redis: RedisClient;
  /** Time between two samples, 10 to 3,600,000 ms. A process counts as gone ten seconds after its last. Default 1000. */
  intervalMs?: number;
  /** Default the system's clock. */
  clock?: Clock;
  /** Prefix of all names in Redis. Default 'bb'. */
  prefix?: string;
  /** This process's lookups since its start. */
  lookups: () => Lookups;
  /** Other counts of this process for `fleetCounts`. Default none. */
  counts?: () => Counts;
  /** How often the server is compared with the one behind the endpoint, in ms. Default 10,000. */
  endpointCheckMs?: number;
};

export const healthChecks: Checks<HealthSamplerOptions> = {
  redis: anObject,
  intervalMs: optional(integerFrom(10, 3_600_000)),
  clock: optional(anObjectWith('nowMs')),
  prefix: optional(aPrefix),
  lookups: aFunction,
  counts: optional(aFunction),
  endpointCheckMs: optional(integerFrom(10, 3_600_000)),
};

/**
 * Sends INFO every `intervalMs`, and whenever the connection becomes ready, and stores the reply, so that a report
 * never waits for the server. A frozen server is reported as unavailable after the command timeout. The connection leaves
 * a server that is no longer the primary.
 *
 * @throws TypeError for an option that is out of range or unknown
 */
export function sampleHealth(options: HealthSamplerOptions): HealthSampler {
  checkOptions('sampleHealth', options, healthChecks, (message) => new TypeError(message));
  const { intervalMs = 1000, clock = systemClock, lookups, counts = () => ({}), prefix = 'bb' } = options;
  const redis = commandsOf(options.redis);
  const process = randomUUID();
  const unavailable = (): RedisSample => ({
    available: false,
    usedMemoryBytes: null,
    maxMemoryBytes: null,
    connectedClients: null,
    maxClients: null,
    operationsPerSecond: null,
    evictedKeys: null,
    evictionPolicy: null,
    skewMs: null,
    fleet: { ...lookups(), processes: 1 },
  });
  const key = `${prefix}:h`;
  const countsKey = `${prefix}:hc`;
  let sample = unavailable();
  const watch = isCluster(redis)
    ? null
    : watchPrimary(redis, { everyMs: options.endpointCheckMs ?? endpointCheckIntervalMs });
  const takeSample = async (): Promise<void> => {
    try {
      const [metrics, reports] = await Promise.all([
        readServerMetrics(redis, () => clock.nowMs()),
        writeLookups(redis, key, process, lookups(), clock.nowMs()).then(() => redis.hgetall(key)),
        writeCounts(redis, countsKey, process, counts(), clock.nowMs(), reportLifetimeMs),
      ]);
      sample = { available: true, ...metrics, fleet: sumOfFleet(reports, clock.nowMs()) };
      watch?.confirmed();
      const expired = expiredProcesses(reports, clock.nowMs());
      for (const name of expired.length > 0 ? [key, countsKey] : [])
        redis.hdel(name, ...expired).catch(() => {});
    } catch (error) {
      sample = unavailable();
      if (isReplicaReply(error)) watch?.demoted();
    }
  };
  const onReady = (): void => void takeSample();
  const onClose = (): void => {
    sample = unavailable();
  };
  redis.on('ready', onReady);
  redis.on('close', onClose);
  const timer = timers.setInterval(onReady, intervalMs).unref();
  return {
    latest: () => sample,
    fleetCounts: async () => {
      const own = { process, counts: counts() };
      const reports = sample.available ? await redis.hgetall(countsKey).catch(() => ({})) : {};
      return sumOfCounts(reports, own, clock.nowMs());
    },
    stop: () => {
      redis.off('ready', onReady);
      redis.off('close', onClose);
      timers.clearInterval(timer);
      watch?.stop();
      // Removes this process from the sums; if the command is lost, its report expires.
      if (redis.status !== 'ready') return;
      for (const name of [key, countsKey]) redis.hdel(name, process).catch(() => {});
    },
  };
}
