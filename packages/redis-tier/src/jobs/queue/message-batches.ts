import type { DueMessage } from '../outbox/message.ts';

/** The messages of one job: of one due time and priority. */
export type JobBatch = {
  readonly messages: readonly DueMessage[];
  readonly dueMs: number;
  readonly priority: number;
};

const maxBatchSize = 10;
/**
 * Messages of one due time are spread over this many batches before any batch has two, so that all workers get some.
 */
const minBatches = 20;

/**
 * Batches messages of one due time, because a job costs more than a message in it. Few messages stay single, so that
 * all workers of a fleet have work. Keeps the order.
 */
export function batchMessages(messages: readonly DueMessage[], nowMs: number): JobBatch[] {
  const groups = new Map<string, DueMessage[]>();
  for (const message of messages) {
    const name = `${message.priority} ${Math.max(message.dueMs, nowMs)}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [message]);
    else group.push(message);
  }
  return [...groups.values()].flatMap((group) => {
    const size = Math.min(maxBatchSize, Math.ceil(group.length / minBatches));
    const batches: JobBatch[] = [];
    for (let from = 0; from < group.length; from += size) {
      const batch = group.slice(from, from + size);
      const [first] = batch;
      if (first !== undefined)
        batches.push({ messages: batch, dueMs: Math.max(first.dueMs, nowMs), priority: first.priority });
    }
    return batches;
  });
}
