import { randomUUID } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';
import type { Clock } from '../core/index.ts';
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

/** What one look at the server, or at every primary of a cluster, showed. Null: it could not be asked, or does not say. */
export type RedisSample = ServerMetrics & {
  available: boolean;
  /** Look-ups of all processes that share the prefix and have reported in the last seconds. */
  fleet: FleetLookups;
};

export type HealthSampler = {
  /** The newest sample; reading it costs nothing. Before the first one the server counts as away. */
  latest(): RedisSample;
  /**
   * The figures of all processes that share the prefix: this one's as they are now, the others' about a second old. While
   * Redis is away, this one's alone.
   */
  fleetCounts(): Promise<FleetCounts>;
  /** Ends the sampling, and this process's part in the sum of the fleet. */
  stop(): void;
};

export type HealthSamplerOptions = {
  redis: Redis | Cluster;
  intervalMs: number;
  clock: Clock;
  /** Begins all names in Redis. Default 'bb'. */
  prefix?: string;
  /** This process's look-ups since its start. */
  lookups: () => Lookups;
  /** More figures of this process, for whoever asks for those of the fleet. Default none. */
  counts?: () => Counts;
};

/**
 * Asks the server for INFO every `intervalMs`, and whenever the connection becomes ready, and keeps the answer, so that a
 * report never waits for the server: a frozen one is told of as away once the command time-out has passed.
 */
export function sampleHealth(options: HealthSamplerOptions): HealthSampler {
  const { redis, intervalMs, clock, lookups, counts = () => ({}), prefix = 'bb' } = options;
  const process = randomUUID();
  const away = (): RedisSample => ({
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
  let sample = away();
  const look = async (): Promise<void> => {
    try {
      const [figures, reports] = await Promise.all([
        readServerMetrics(redis, () => clock.nowMs()),
        writeLookups(redis, key, process, lookups(), clock.nowMs()).then(() => redis.hgetall(key)),
        writeCounts(redis, countsKey, process, counts(), clock.nowMs(), reportLifetimeMs),
      ]);
      sample = { available: true, ...figures, fleet: sumOfFleet(reports, clock.nowMs()) };
      const gone = expiredProcesses(reports, clock.nowMs());
      for (const name of gone.length > 0 ? [key, countsKey] : []) redis.hdel(name, ...gone).catch(() => {});
    } catch {
      sample = away();
    }
  };
  const onReady = (): void => void look();
  const onClose = (): void => {
    sample = away();
  };
  redis.on('ready', onReady);
  redis.on('close', onClose);
  const timer = setInterval(onReady, intervalMs).unref();
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
      clearInterval(timer);
      // Who has ended counts no more; if this is lost, its report ages.
      if (redis.status !== 'ready') return;
      for (const name of [key, countsKey]) redis.hdel(name, process).catch(() => {});
    },
  };
}
