import { useEffect, useState } from 'react';
import { serverNowMs } from '../../shared/api/server-clock.ts';
import { countdownClock } from '../../shared/time/duration.ts';

/** Milliseconds until an instant, updated every second; 0 after it has passed. */
export function useTimeLeft(until: string | null): number {
  const left = (): number => (until === null ? 0 : Math.max(0, Date.parse(until) - serverNowMs()));
  const [, setTick] = useState(0);
  useEffect(() => {
    if (until === null) return;
    const timer = setInterval(() => setTick((tick) => tick + 1), 1000);
    return () => clearInterval(timer);
  }, [until]);
  return left();
}

/** Remaining time of a hold. Displayed every second, announced only at two minutes, one minute and 30 seconds. */
export function HoldCountdown({ leftMs }: { leftMs: number }) {
  return (
    <p className="hold-countdown" data-short={leftMs <= 60_000 ? '' : undefined}>
      <span aria-hidden="true">
        We are holding this time for you for <strong>{countdownClock(leftMs)}</strong>
      </span>
      <span className="visually-hidden" role="status">
        {timeLeftText(leftMs)}
      </span>
    </p>
  );
}

/** The text for screen readers. Exported for tests. */
export function timeLeftText(leftMs: number): string {
  if (leftMs <= 30_000) return 'This time is held for 30 more seconds.';
  if (leftMs <= 60_000) return 'This time is held for one more minute.';
  if (leftMs <= 120_000) return 'This time is held for two more minutes.';
  return 'This time is held for a few minutes.';
}
