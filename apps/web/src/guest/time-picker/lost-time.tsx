import type { Shop } from '@bookedbarber/contract';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { ApiError } from '../../shared/api/problem.ts';
import { availabilityQuery, type Segment } from '../../shared/api/queries.ts';
import { dayShort, daysBetween } from '../../shared/time/calendar-day.ts';
import { clockLabel, dayAndClock, wallDay } from '../../shared/time/wall-time.ts';

/** Id of the message, for those who send the focus to it. */
export const slotTakenNoticeId = 'lost-time';

const maxOffered = 6;

interface SlotTakenNoticeProps {
  shop: Shop;
  segments: readonly Segment[];
  /** The time that was wanted. */
  start: string;
  /** The refusal, or 'expired' when the hold ran out while the page was open. */
  why: ApiError | 'expired';
  busy: boolean;
  onPick(start: string): void;
}

/** Says kindly that a time is gone and offers the next free ones. */
export function SlotTakenNotice({ shop, segments, start, why, busy, onPick }: SlotTakenNoticeProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // An answer to a press takes the focus; a hold that runs out must not pull it away from what is being typed.
    if (why !== 'expired') box.current?.focus();
  }, [why]);
  const offered = useNextFree(shop, segments, start, why);
  return (
    <div ref={box} id={slotTakenNoticeId} className="notice notice-slot-taken" role="alert" tabIndex={-1}>
      <p className="notice-title">{titleOf(why)}</p>
      <p>
        {dayAndClock(start, shop.zone)}.{' '}
        {offered?.length === 0 ? 'Nothing is free soon after it.' : 'These are free next:'}
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

function titleOf(why: ApiError | 'expired'): string {
  if (why === 'expired' || why.is('hold_expired')) return 'We could not keep this time any longer';
  return why.is('slot_taken') ? 'Somebody was faster: this time has just gone' : why.problem.title;
}

/** The next free times as the server named them, else from the free times of the days after; undefined while asking. */
function useNextFree(shop: Shop, segments: readonly Segment[], start: string, why: ApiError | 'expired') {
  const named = why === 'expired' ? undefined : why.problem.next_free;
  const from = daysBetween(shop.today, wallDay(start)) < 0 ? shop.today : wallDay(start);
  const asked = useQuery({
    ...availabilityQuery({ slug: shop.slug, segments, from, days: 7 }),
    enabled: !named?.length,
    staleTime: 0,
  });
  if (named?.length) return named.slice(0, maxOffered);
  const wanted = Date.parse(start);
  return asked.data?.days
    .flatMap((day) => day.starts)
    .filter((each) => Date.parse(each) >= wanted)
    .slice(0, maxOffered);
}
