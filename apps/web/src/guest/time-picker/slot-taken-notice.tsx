import type { Shop } from '@bookedbarber/contract';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { ApiError } from '../../shared/api/problem.ts';
import { availabilityQuery, type Segment } from '../../shared/api/queries.ts';
import { dayShort, daysBetween } from '../../shared/time/calendar-day.ts';
import { clockLabel, dayAndClock, wallDay } from '../../shared/time/wall-time.ts';

/** Id of the notice, for moving the focus to it. */
export const slotTakenNoticeId = 'slot-taken';

const maxOffered = 6;

interface SlotTakenNoticeProps {
  shop: Shop;
  segments: readonly Segment[];
  /** The requested time. */
  start: string;
  /** The API error, or 'expired' if the hold expired. */
  reason: ApiError | 'expired';
  busy: boolean;
  onPick(start: string): void;
}

/** Tells the visitor that a time is no longer available and offers the next free times. */
export function SlotTakenNotice({ shop, segments, start, reason, busy, onPick }: SlotTakenNoticeProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The result of a click takes the focus. An expiring hold must not take it from the field being edited.
    if (reason !== 'expired') box.current?.focus();
  }, [reason]);
  const offered = useNextFree(shop, segments, start, reason);
  return (
    <div ref={box} id={slotTakenNoticeId} className="notice notice-slot-taken" role="alert" tabIndex={-1}>
      <p className="notice-title">{titleOf(reason)}</p>
      <p>
        {dayAndClock(start, shop.zone)}.{' '}
        {offered?.length === 0 ? 'There are no free times in the following days.' : 'Next free times:'}
      </p>
      <div className="slot-taken-times">
        {offered?.map((each) => (
          <button
            key={each}
            type="button"
            className="button button-quiet"
            disabled={busy}
            onClick={() => onPick(each)}
          >
            {wallDay(each) === wallDay(start) ? '' : `${dayShort(wallDay(each))}, `}
            {clockLabel(each, shop.zone)}
          </button>
        ))}
      </div>
    </div>
  );
}

function titleOf(reason: ApiError | 'expired'): string {
  if (reason === 'expired' || reason.is('hold_expired')) return 'Your hold on this time has expired';
  return reason.is('slot_taken') ? 'This time was just taken' : reason.problem.title;
}

/** The next free times from the error, else from the availability of seven days; undefined while loading. */
function useNextFree(shop: Shop, segments: readonly Segment[], start: string, reason: ApiError | 'expired') {
  const nextFree = reason === 'expired' ? undefined : reason.problem.next_free;
  const from = daysBetween(shop.today, wallDay(start)) < 0 ? shop.today : wallDay(start);
  const availability = useQuery({
    ...availabilityQuery({ slug: shop.slug, segments, from, days: 7 }),
    enabled: !nextFree?.length,
    staleTime: 0,
  });
  if (nextFree?.length) return nextFree.slice(0, maxOffered);
  const startMs = Date.parse(start);
  return availability.data?.days
    .flatMap((day) => day.starts)
    .filter((each) => Date.parse(each) >= startMs)
    .slice(0, maxOffered);
}
