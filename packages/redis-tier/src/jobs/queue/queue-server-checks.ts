import { clockSlackMs } from '../../core/index.ts';

/** The properties of a server that matter to a queue on it. */
export type QueueServer = {
  /** Null: not reported. */
  evictionPolicy: string | null;
  usedBytes: number;
  /** 0: unlimited. */
  maxBytes: number;
  /** How far the server's clock is ahead of ours, in ms. */
  skewMs: number;
};

/** Thresholds of warnings. */
export type QueueLimits = {
  /** Fraction of maxmemory in use. */
  memory: number;
  /** Difference of clocks, in ms: delayed jobs run early or late by it. */
  skewMs: number;
};

export const defaultQueueLimits: QueueLimits = { memory: 0.9, skewMs: clockSlackMs };

/**
 * Why a queue must not use this server; null: it may. Jobs never expire, so a server that evicts any key when it is
 * full evicts jobs, completely or in part, and BullMQ takes the rest as complete.
 */
export function unsuitableReason({ evictionPolicy }: QueueServer): string | null {
  if (evictionPolicy === null || !evictionPolicy.startsWith('allkeys-')) return null;
  return `its maxmemory-policy is ${evictionPolicy}, which evicts jobs. Fix: set noeviction, or use a separate server for jobs`;
}

/** Warnings about a server that may soon be unsuitable for a queue. */
export function queueWarnings(
  { usedBytes, maxBytes, skewMs }: QueueServer,
  limits: QueueLimits = defaultQueueLimits,
): string[] {
  const share = maxBytes === 0 ? 0 : usedBytes / maxBytes;
  return [
    ...(share > limits.memory
      ? [
          `over ${Math.round(limits.memory * 100)} % of its maxmemory is in use; a full server accepts no jobs`,
        ]
      : []),
    ...(Math.abs(skewMs) > limits.skewMs
      ? [
          `its clock and ours are ${Math.round(Math.abs(skewMs) / 1000)} s apart; delayed jobs run at the wrong time`,
        ]
      : []),
  ];
}
