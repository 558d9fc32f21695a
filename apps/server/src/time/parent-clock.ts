import type { Clock } from '@bookedbarber/redis-tier/core';

/** What the parent sends over the IPC channel: it is `nowMs` now, and `rate` ms pass in a ms (0: time stands still). */
type ClockMessage = { clock: { nowMs: number; rate: number; id: number } };

/**
 * The time as the process says that started this one, for rehearsals in which months pass in a minute. Every message is
 * answered with `{ clockSet: id }`, so that the parent knows from when on it holds. Until the first one it is the time of
 * this machine. Production refuses it: see config.ts.
 */
export function parentClock(): Clock {
  let set = { nowMs: Date.now(), rate: 1 };
  let atMs = performance.now();
  process.on('message', (message) => {
    if (!isClockMessage(message)) return;
    const { nowMs, rate, id } = message.clock;
    set = { nowMs, rate };
    atMs = performance.now();
    process.send?.({ clockSet: id });
  });
  return { nowMs: () => Math.round(set.nowMs + (performance.now() - atMs) * set.rate) };
}

function isClockMessage(message: unknown): message is ClockMessage {
  return typeof message === 'object' && message !== null && 'clock' in message;
}
