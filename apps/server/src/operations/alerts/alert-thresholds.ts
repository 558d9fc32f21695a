import { defaultThresholds, type Thresholds } from '@bookedbarber/elasticache';
import { clockSlackMs } from '@bookedbarber/redis-tier/core';

/** From where on something is told as wrong. Shares are parts of 1. */
export type AlertThresholds = {
  /** Memory that Redis uses, of its maxmemory. */
  memoryTicket: number;
  memoryPage: number;
  /** Hits over look-ups of the fleet, judged only above so many look-ups: a fresh cache has to miss. */
  hitRate: number;
  hitRateLookups: number;
  /** Clients connected to Redis, of what the budgets of all processes allow. */
  connections: number;
  /** Keys that a full Redis removed. */
  evictions: number;
  /** How far the clock of Redis may be from ours, in ms: what claims and delayed jobs allow for. */
  skewMs: number;
};

/** The part of the thresholds that the server can see, so that its alerts and the alarms of CloudWatch agree. */
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

/** How late a message may be before somebody has to look, in ms. */
export const messageLateMs = 120_000;

/** How long sending may be paused before somebody is reminded of it, in ms. */
export const pausedLongMs = 3_600_000;
