import type { Clock } from '@bookedbarber/redis-tier/core';

/**
 * IPC message from the parent process: sets the time to `nowMs` and the speed to `rate` ms per real ms (0 stops time).
 */
type ClockMessage = { clock: { nowMs: number; rate: number; id: number } };

/**
 * A clock that the parent process controls over IPC, for simulations in which months pass within a minute. Replies to
 * each message with `{ clockSet: id }` once the new time applies. Returns the system time until the first message.
 * Production rejects it: see config.ts.
 */
export function parentClock(): Clock {
  let base = { nowMs: Date.now(), rate: 1 };
  let setAtMs = performance.now();
  process.on('message', (message) => {
    if (!isClockMessage(message)) return;
    const { nowMs, rate, id } = message.clock;
    base = { nowMs, rate };
    setAtMs = performance.now();
    process.send?.({ clockSet: id });
  });
  return { nowMs: () => Math.round(base.nowMs + (performance.now() - setAtMs) * base.rate) };
}

function isClockMessage(message: unknown): message is ClockMessage {
  return typeof message === 'object' && message !== null && 'clock' in message;
}
