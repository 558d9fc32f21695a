import type { Shop } from '@bookedbarber/contract';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { availabilityQuery, type Segment } from '../../shared/api/queries.ts';
import { FailureNotice } from '../../shared/layout/failure-notice.tsx';
import { Loading } from '../../shared/layout/loading.tsx';
import { addDays, dayLong } from '../../shared/time/calendar-day.ts';
import { DayStrip, daysShown, pageStart } from './day-strip.tsx';
import { NoFreeTimes } from './no-free-times.tsx';
import { TimeGrid } from './time-grid.tsx';
import { ZoneNote } from './zone-note.tsx';

interface TimePickerProps {
  shop: Shop;
  segments: readonly Segment[];
  /** Selected day; null for the first day of this week with a free time. */
  day: string | null;
  start: string | null;
  onDay(day: string): void;
  onStart(start: string): void;
}

/** Choice of a day and a free time for the given services. */
export function TimePicker({ shop, segments, day: selectedDay, start, onDay, onStart }: TimePickerProps) {
  const lastDay = addDays(shop.today, shop.policy.max_advance_days);
  const inRange =
    selectedDay !== null && selectedDay >= shop.today && selectedDay <= lastDay ? selectedDay : null;
  const from = pageStart(shop.today, inRange ?? shop.today);
  const week = useQuery(availabilityQuery({ slug: shop.slug, segments, from, days: daysShown }));
  const startsByDay = new Map(week.data?.days.map(({ date, starts }) => [date, starts]));
  const day = inRange ?? week.data?.days.find(({ starts }) => starts.length > 0)?.date ?? shop.today;
  const starts = startsByDay.get(day);

  const picker = useRef<HTMLDivElement>(null);
  const hasJumped = useRef(false);
  useEffect(() => {
    // The "Next free day" button, which had the focus, was removed. Move the focus to the day that was found.
    if (hasJumped.current) picker.current?.querySelector<HTMLInputElement>(`input[value="${day}"]`)?.focus();
    hasJumped.current = false;
  }, [day]);
  const jump = (found: string): void => {
    hasJumped.current = true;
    onDay(found);
  };
  return (
    <div ref={picker} className="time-picker">
      <DayStrip
        today={shop.today}
        lastDay={lastDay}
        first={from}
        day={inRange === null && week.isPending ? null : day}
        freeTimes={new Map(Array.from(startsByDay, ([date, times]) => [date, times.length]))}
        onDay={onDay}
      />
      <ZoneNote zone={shop.zone} start={start} day={day} />
      <p className="visually-hidden" role="status">
        {starts !== undefined &&
          `${starts.length === 0 ? 'No' : starts.length} free times on ${dayLong(day)}`}
      </p>
      <div className="times-place">
        {week.isError && starts === undefined && (
          <FailureNotice error={week.error} onRetry={() => void week.refetch()} retrying={week.isFetching} />
        )}
        {starts === undefined && !week.isError && <Loading what="free times" rows={6} />}
        {starts !== undefined && starts.length > 0 && (
          <TimeGrid day={day} zone={shop.zone} starts={starts} start={start} onStart={onStart} />
        )}
        {starts?.length === 0 && (
          <NoFreeTimes
            key={day}
            slug={shop.slug}
            segments={segments}
            day={day}
            lastDay={lastDay}
            onDay={jump}
          />
        )}
      </div>
    </div>
  );
}
