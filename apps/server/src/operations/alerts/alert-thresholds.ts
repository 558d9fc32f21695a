import { defaultThresholds, type Thresholds } from '@bookedbarber/elasticache';
import { clockSlackMs } from '@bookedbarber/redis-tier/core';

/** Thresholds of the alerts. Ratios are fractions of 1. */
export type AlertThresholds = {
  /** Memory used by Redis, as a fraction of maxmemory. */
  memoryTicket: number;
  memoryPage: number;
  /**
   * Lowest hit rate of all processes. Applies above `hitRateLookups` lookups only, because an empty cache must miss
   * first.
   */
  hitRate: number;
  hitRateLookups: number;
  /** Clients connected to Redis, as a fraction of the connection budgets of all processes. */
  connections: number;
  /** Keys evicted by Redis. */
  evictions: number;
  /** Largest difference to the clock of Redis, in ms, that leases and delayed jobs tolerate. */
  skewMs: number;
};

/** Derives the server's thresholds from those of the CloudWatch alarms, so that alerts and alarms agree. */
export function alertThresholdsOf(thresholds: Thresholds): AlertThresholds {
  return {
    memoryTicket: thresholds.memoryTicketPercent / 100,
    memoryPage: thresholds.memoryPagePercent / 100,
    hitRate: thresholds.hitRatePercent / 100,
    hitRateLookups: thresholds.hitRateLookups,
    connections: thresholds.connectionsPercent / 100,
    evictions: thresholds.evictions,
    skewMs: clockSlackMs,
  };
}

export const alertThresholds: AlertThresholds = alertThresholdsOf(defaultThresholds);

/** A message that is later than this raises an alert, in ms. */
export const messageLateMs = 120_000;

/** A pause that lasts longer than this raises an alert, in ms. */
export const pausedLongMs = 3_600_000;
