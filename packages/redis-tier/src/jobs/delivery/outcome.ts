/**
 * Outcomes as handlers return them. A handler in JavaScript, or one with a cast, may return anything, and the text of an
 * error may contain what a store cannot hold.
 */
import { inspect } from 'node:util';
import type { Outcome } from './handler.ts';

const maxReasonCharacters = 1000;
/** The range of Date. */
const maxTimeMs = 8.64e15;
const kindsWithReason: readonly string[] = ['skipped', 'postponed', 'not-sent', 'refused', 'unknown'];

/**
 * What the handler returned. Anything that is no outcome becomes `unknown`, because the message may have been sent, and
 * is passed to `onInvalid` as text.
 */
export function readOutcome(returned: unknown, onInvalid: (returned: string) => void): Outcome {
  if (isOutcome(returned))
    return 'reason' in returned ? { ...returned, reason: toReason(returned.reason) } : returned;
  const text = toReason(inspect(returned, { depth: 1, breakLength: Number.POSITIVE_INFINITY })).slice(0, 200);
  onInvalid(text);
  return { kind: 'unknown', reason: `the handler returned ${text}, which is no outcome` };
}

function isOutcome(returned: unknown): returned is Outcome {
  if (typeof returned !== 'object' || returned === null) return false;
  const { kind, reason, dueMs } = returned as { kind?: unknown; reason?: unknown; dueMs?: unknown };
  if (kind === 'sent') return true;
  if (typeof kind !== 'string' || !kindsWithReason.includes(kind) || typeof reason !== 'string') return false;
  return kind !== 'postponed' || (typeof dueMs === 'number' && Math.abs(dueMs) <= maxTimeMs);
}

/** The reason of an error, as a store can hold it. */
export function reasonOf(error: unknown): string {
  return toReason(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
}

/** PostgreSQL holds neither a NUL nor half of a character, so a reason with one could never be recorded. */
function toReason(text: string): string {
  return text.replaceAll('\0', '').slice(0, maxReasonCharacters).toWellFormed();
}
