import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Segment } from '../../shared/api/queries.ts';
import { FailureNotice } from '../../shared/layout/failure-notice.tsx';
import { addDays, dayLong } from '../../shared/time/calendar-day.ts';
import { findFreeDay } from './next-free-day.ts';

interface NoFreeTimesProps {
  slug: string;
  segments: readonly Segment[];
  day: string;
  lastDay: string;
  onDay(day: string): void;
}

/** What stands in the place of the times on a day without any, with a jump to the next day that has some. */
export function NoFreeTimes({ slug, segments, day, lastDay, onDay }: NoFreeTimesProps) {
  const client = useQueryClient();
  const search = useMutation({
    mutationFn: () => findFreeDay(client, { slug, segments, from: addDays(day, 1) }, lastDay),
    onSuccess: (found) => {
      if (found !== null) onDay(found);
    },
  });
  return (
    <div className="empty">
      <p className="empty-title">Nothing free on {dayLong(day)}</p>
      {search.isSuccess && search.data === null ? (
        <p role="status">
          There is no free time after that day either. The shop may still fit you in: give them a call.
        </p>
      ) : (
        <button type="button" className="button" disabled={search.isPending} onClick={() => search.mutate()}>
          {search.isPending ? 'Looking…' : 'Next free day'}
        </button>
      )}
      {search.isError && <FailureNotice error={search.error} />}
    </div>
  );
}
