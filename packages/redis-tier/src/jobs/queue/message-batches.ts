import type { DueMessage } from '../outbox/message.ts';

/** Messages that one ring is for: due at one time and of one priority. */
export type JobBatch = {
  readonly messages: readonly DueMessage[];
  readonly dueMs: number;
  readonly priority: number;
};

/** Most messages of a bundle. */
const most = 10;
/** So many bundles share what is due at one time before any holds more than one message: they go to different workers. */
const fewest = 20;

/**
 * Puts together what is due at one time, because a ring costs more than what it is for. Few messages stay alone, so that all
 * workers of a fleet have something to do. The order stays.
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
    const size = Math.min(most, Math.ceil(group.length / fewest));
    const made: JobBatch[] = [];
    for (let from = 0; from < group.length; from += size) {
      const together = group.slice(from, from + size);
      const [first] = together;
      if (first !== undefined)
        made.push({ messages: together, dueMs: Math.max(first.dueMs, nowMs), priority: first.priority });
    }
    return made;
  });
}
