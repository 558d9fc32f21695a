import { clockSlackMs } from '../../core/index.ts';

/** What matters of a server to a queue on it. */
export type QueueServer = {
  /** Null: it does not say. */
  evictionPolicy: string | null;
  usedBytes: number;
  /** 0: no bound. */
  maxBytes: number;
  /** How far its clock is ahead of ours, in ms. */
  skewMs: number;
};

/** From where on a server is told of. */
export type QueueLimits = {
  /** Share of its memory above which it may soon take nothing more. */
  memory: number;
  /** Delayed jobs come early or late by this, in ms. */
  skewMs: number;
};

export const defaultQueueLimits: QueueLimits = { memory: 0.9, skewMs: clockSlackMs };

/**
 * Why a queue must not be on this server; null: it may. Jobs never expire, so a server that removes any key when it is full
 * removes jobs, wholly or in part, and BullMQ takes what is left for the whole.
 */
export function unsuitableReason({ evictionPolicy }: QueueServer): string | null {
  if (evictionPolicy === null || !evictionPolicy.startsWith('allkeys-')) return null;
  return `its maxmemory-policy is ${evictionPolicy}, which removes jobs: set noeviction, or give jobs a server of their own`;
}

/** What may soon go wrong with a queue on this server. */
export function queueWarnings(
  { usedBytes, maxBytes, skewMs }: QueueServer,
  limits: QueueLimits = defaultQueueLimits,
): string[] {
  const share = maxBytes === 0 ? 0 : usedBytes / maxBytes;
  return [
    ...(share > limits.memory
      ? [`over ${Math.round(limits.memory * 100)} % of its maxmemory is in use: when full it takes no jobs`]
      : []),
    ...(Math.abs(skewMs) > limits.skewMs
      ? [
          `its clock and ours are ${Math.round(Math.abs(skewMs) / 1000)} s apart: delayed jobs come at wrong times`,
        ]
      : []),
  ];
}
