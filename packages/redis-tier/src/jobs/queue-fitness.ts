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

/** Share of its memory above which a server may soon take nothing more. */
const mostMemory = 0.9;
/** Delayed jobs come early or late by this; a claim allows for 2 s. */
const mostSkewMs = 2000;

/**
 * Why a queue must not be on this server; null: it may. Jobs never expire, so a server that removes any key when it is full
 * removes jobs, wholly or in part, and BullMQ takes what is left for the whole.
 */
export function unfitness({ evictionPolicy }: QueueServer): string | null {
  if (evictionPolicy === null || !evictionPolicy.startsWith('allkeys-')) return null;
  return `its maxmemory-policy is ${evictionPolicy}, which removes jobs: set noeviction, or give jobs a server of their own`;
}

/** What may soon go wrong with a queue on this server. */
export function queueWarnings({ usedBytes, maxBytes, skewMs }: QueueServer): string[] {
  const share = maxBytes === 0 ? 0 : usedBytes / maxBytes;
  return [
    ...(share > mostMemory
      ? [`over ${mostMemory * 100} % of its maxmemory is in use: when full it takes no jobs`]
      : []),
    ...(Math.abs(skewMs) > mostSkewMs
      ? [
          `its clock and ours are ${Math.round(Math.abs(skewMs) / 1000)} s apart: delayed jobs come at wrong times`,
        ]
      : []),
  ];
}
