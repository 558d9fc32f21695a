import type { MessageState } from '../jobs/outbox/outbox.ts';

/** A message in memory. Times in ms since the epoch. */
export type MemoryMessage = {
  readonly id: string;
  readonly tenant: string;
  readonly kind: string;
  /** JSON. */
  readonly payload: string;
  readonly key: string | null;
  readonly priority: number;
  readonly follows: string | null;
  state: MessageState;
  dueMs: number;
  generation: number;
  attempts: number;
  enqueuedMs: number;
  token: string;
  untilMs: number;
  unknownOutcomes: number;
  cancelRequested: boolean;
  /** The reason of the last outcome. */
  reason: string;
};

export const isWaiting = ({ state }: MemoryMessage): boolean => state === 'pending' || state === 'enqueued';

export const isFinished = ({ state }: MemoryMessage): boolean =>
  state === 'sent' || state === 'failed' || state === 'dead' || state === 'cancelled';
