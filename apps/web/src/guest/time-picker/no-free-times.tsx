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

/** Replaces the times of a day without free times, with a button for the next free day. */
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
      <p className="empty-title">No appointments available on {dayLong(day)}</p>
      {search.isSuccess && search.data === null ? (
        <p role="status">There are no later free times. Call the shop to ask for an appointment.</p>
      ) : (
        <button type="button" className="button" disabled={search.isPending} onClick={() => search.mutate()}>
          {search.isPending ? 'Searching…' : 'Next free day'}
        </button>
      )}
      {search.isError && <FailureNotice error={search.error} />}
    </div>
  );
}
