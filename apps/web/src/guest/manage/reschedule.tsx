import type { Booking, RescheduleInput, Shop } from '@bookedbarber/contract';
import { type SubmitEvent, useState } from 'react';
import { isSlotTaken } from '../../shared/api/problem.ts';
import type { Segment } from '../../shared/api/queries.ts';
import { ActionBar } from '../../shared/layout/action-bar.tsx';
import { FailureNotice } from '../../shared/layout/failure-notice.tsx';
import { PageHeading } from '../../shared/layout/page-heading.tsx';
import { dayAndClock, wallDay } from '../../shared/time/wall-time.ts';
import { ChosenStart } from '../time-picker/chosen-start.tsx';
import { SlotTakenNotice } from '../time-picker/slot-taken-notice.tsx';
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

/** Reschedules a booking, with the same barber or any barber. */
export function Reschedule({ booking, shop, token, onBackToBooking, onDone }: RescheduleProps) {
  const [sameBarber, setSameBarber] = useState(true);
  const [day, setDay] = useState<string | null>(null);
  const [start, setStart] = useState<string | null>(null);
  const [missing, setMissing] = useState(false);
  const reschedule = useChange<RescheduleInput>(booking, token, 'reschedule', onDone);
  const segments = segmentsOf(booking, sameBarber);

  const rescheduleTo = (next: string): void => {
    setStart(next);
    setDay(wallDay(next));
    reschedule.mutate(rescheduleInput(booking, segments, sameBarber, next));
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (start === null) setMissing(true);
    else rescheduleTo(start);
  };

  return (
    <form className="step" onSubmit={submit}>
      <PageHeading title={`Reschedule your appointment – ${shop.name}`}>
        Reschedule your appointment
      </PageHeading>
      <p>
        Current appointment: <strong>{dayAndClock(booking.starts_at, shop.zone)}</strong>. You keep it until
        the new time is booked.
      </p>
      {reschedule.isError && isSlotTaken(reschedule.error) && (
        <SlotTakenNotice
          shop={shop}
          segments={segments}
          start={reschedule.variables.start}
          reason={reschedule.error}
          busy={reschedule.isPending}
          onPick={rescheduleTo}
        />
      )}
      {reschedule.isError && !isSlotTaken(reschedule.error) && (
        <FailureNotice error={reschedule.error} onRetry={() => reschedule.mutate(reschedule.variables)} />
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
        backTo="your appointment"
        summary={
          start === null ? (
            <span className="soft">Choose a new time</span>
          ) : (
            <ChosenStart start={start} zone={shop.zone} />
          )
        }
      >
        <button type="submit" className="button button-main" disabled={reschedule.isPending}>
          {reschedule.isPending ? 'Rescheduling…' : 'Confirm new time'}
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

/** Omits unchanged segments: without them the booking keeps its services and barbers. */
function rescheduleInput(
  booking: Booking,
  segments: Segment[],
  sameBarber: boolean,
  start: string,
): RescheduleInput {
  const changed = { segments: segments.map(({ serviceId }) => ({ service_id: serviceId, barber_id: null })) };
  return { start, version: booking.version, ...(sameBarber ? {} : changed) };
}
