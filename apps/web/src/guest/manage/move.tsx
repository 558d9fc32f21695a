import type { Booking, RescheduleInput, Shop } from '@bookedbarber/contract';
import { type SubmitEvent, useState } from 'react';
import { isSlotTaken } from '../../shared/api/problem.ts';
import type { Segment } from '../../shared/api/queries.ts';
import { ActionBar } from '../../shared/layout/action-bar.tsx';
import { FailureNotice } from '../../shared/layout/failure-notice.tsx';
import { PageHeading } from '../../shared/layout/page-heading.tsx';
import { dayAndClock, wallDay } from '../../shared/time/wall-time.ts';
import { ChosenStart } from '../time-picker/chosen-start.tsx';
import { SlotTakenNotice } from '../time-picker/lost-time.tsx';
import { TimePicker } from '../time-picker/time-picker.tsx';
import { SameBarberChoice } from './barber-preference.tsx';
import { useChange } from './use-change.ts';

interface RescheduleProps {
  booking: Booking;
  shop: Shop;
  token: string;
  onBackToBooking(): void;
  onDone(): void;
}

/** Moves a booking to another free time, with the same barber or with anyone. */
export function Reschedule({ booking, shop, token, onBackToBooking, onDone }: RescheduleProps) {
  const [sameBarber, setSameBarber] = useState(true);
  const [day, setDay] = useState<string | null>(null);
  const [start, setStart] = useState<string | null>(null);
  const [missing, setMissing] = useState(false);
  const move = useChange<RescheduleInput>(booking, token, 'reschedule', onDone);
  const segments = segmentsOf(booking, sameBarber);

  const moveTo = (wanted: string): void => {
    setStart(wanted);
    setDay(wallDay(wanted));
    move.mutate(rescheduleInput(booking, segments, sameBarber, wanted));
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (start === null) setMissing(true);
    else moveTo(start);
  };

  return (
    <form className="step" onSubmit={submit}>
      <PageHeading title={`Move your visit – ${shop.name}`}>Move your visit</PageHeading>
      <p>
        Now on <strong>{dayAndClock(booking.starts_at, shop.zone)}</strong>. It stays yours until the new time
        is booked.
      </p>
      {move.isError && isSlotTaken(move.error) && (
        <SlotTakenNotice
          shop={shop}
          segments={segments}
          start={move.variables.start}
          why={move.error}
          busy={move.isPending}
          onPick={moveTo}
        />
      )}
      {move.isError && !isSlotTaken(move.error) && (
        <FailureNotice error={move.error} onRetry={() => move.mutate(move.variables)} />
      )}
      <SameBarberChoice
        booking={booking}
        same={sameBarber}
        onChange={(same) => {
          setSameBarber(same);
          setStart(null);
        }}
      />
      <TimePicker
        shop={shop}
        segments={segments}
        day={day}
        start={start}
        onDay={(next) => {
          setDay(next);
          setStart(null);
        }}
        onStart={(next) => {
          setStart(next);
          setDay(wallDay(next));
        }}
      />
      {missing && start === null && (
        <p className="notice notice-failure" role="alert">
          Choose a time first.
        </p>
      )}
      <ActionBar
        onBack={onBackToBooking}
        backTo="your visit"
        summary={
          start === null ? (
            <span className="soft">Choose a new time</span>
          ) : (
            <ChosenStart start={start} zone={shop.zone} />
          )
        }
      >
        <button type="submit" className="button button-main" disabled={move.isPending}>
          {move.isPending ? 'Moving…' : 'Move here'}
        </button>
      </ActionBar>
    </form>
  );
}

const segmentsOf = (booking: Booking, sameBarber: boolean): Segment[] =>
  booking.segments.map(({ service_id, barber_id }) => ({
    serviceId: service_id,
    barberId: sameBarber ? barber_id : null,
  }));

/** Segments are sent only when they differ: without them the booking keeps its services and barbers. */
function rescheduleInput(
  booking: Booking,
  segments: Segment[],
  sameBarber: boolean,
  start: string,
): RescheduleInput {
  const changed = { segments: segments.map(({ serviceId }) => ({ service_id: serviceId, barber_id: null })) };
  return { start, version: booking.version, ...(sameBarber ? {} : changed) };
}
