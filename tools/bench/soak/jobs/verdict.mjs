import { rank } from '../../replay/latencies.mjs';

/** Tolerance for comparing the time of a kill with database timestamps on the same machine, in ms. */
const clockSlackMs = 200;

/**
 * Finds messages that were not sent, were sent twice or at the wrong time, or are unknown without a killed worker.
 *
 * @param {import('./outbox-recorder.mjs').WatchedOutbox} outbox
 * @param {readonly import('./mail-sink.mjs').ReceivedMail[]} mails
 * @param {readonly number[]} killedAtMs
 */
export async function findViolations(outbox, mails, killedAtMs) {
  /** @type {string[]} */
  const violations = [];
  const open = await outbox.open();
  if (open > 0) violations.push(`${open} messages were not completed`);
  const tooLate = await outbox.claimedTooLate();
  if (tooLate > 0)
    violations.push(`${tooLate} messages were claimed after their booking was cancelled or changed`);
  for (const { id, kinds } of await outbox.incomplete())
    violations.push(`booking ${id} has incomplete messages: ${kinds?.join(', ') ?? 'none'}`);
  for (const { state, n } of await outbox.states())
    if (state === 'dead' || state === 'failed') violations.push(`${n} messages are ${state}`);
  for (const { fromMs, toMs } of await outbox.unknowns()) {
    const around = killedAtMs.some((ms) => ms >= fromMs - clockSlackMs && ms <= toMs + clockSlackMs);
    if (!around) violations.push('a message is unknown, but no worker was killed while it was being sent');
  }
  const received = countById(mails);
  for (const { id, state, claims, unknowns } of await outbox.messages()) {
    const count = received.get(id) ?? 0;
    if (state === 'sent' && count === 0)
      violations.push(`message ${id} has the state sent but was not received`);
    if (count > claims)
      violations.push(`message ${id} was received ${count} times but claimed ${claims} times`);
    if (count > 1 + unknowns)
      violations.push(`message ${id} was received ${count} times but was unknown ${unknowns} times`);
  }
  return violations;
}

/**
 * The time from when messages were due until they were first received, by kind, in ms.
 *
 * @param {import('./outbox-recorder.mjs').WatchedOutbox} outbox
 * @param {readonly import('./mail-sink.mjs').ReceivedMail[]} mails
 */
export async function delays(outbox, mails) {
  /** @type {Map<string, number>} */
  const firstMs = new Map();
  for (const { messageId, atMs } of mails) if (!firstMs.has(messageId)) firstMs.set(messageId, atMs);
  /** @type {Map<string, number[]>} */
  const groups = new Map();
  for (const { id, kind, dueMs, unknowns } of await outbox.messages()) {
    const atMs = firstMs.get(id);
    if (atMs === undefined) continue;
    const group = unknowns > 0 ? 'interrupted by a kill' : kind;
    groups.set(group, [...(groups.get(group) ?? []), Math.max(0, atMs - dueMs)]);
  }
  return [...groups].sort().map(([name, ms]) => {
    const sorted = ms.toSorted((a, b) => a - b);
    const shares = [0.5, 0.9, 0.99, 1].map((share) => rank(sorted, share));
    return { name, count: sorted.length, shares };
  });
}

/** @param {readonly import('./mail-sink.mjs').ReceivedMail[]} mails */
function countById(mails) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { messageId } of mails) counts.set(messageId, (counts.get(messageId) ?? 0) + 1);
  return counts;
}
