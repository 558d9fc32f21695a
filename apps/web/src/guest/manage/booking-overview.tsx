import type { Booking } from '@bookedbarber/contract';
import { Link } from 'wouter';
import { serverNowMs } from '../../shared/api/server-clock.ts';
import { PageHeading } from '../../shared/layout/page-heading.tsx';
import { PhoneLink } from '../../shared/layout/shop-footer.tsx';
import { dayAndClock } from '../../shared/time/wall-time.ts';
import { formatZone } from '../../shared/time/zone.ts';
import { BookingSummary } from '../appointment/appointment-summary.tsx';
import { CalendarButton } from '../appointment/calendar-button.tsx';
import { type BookingState, stateOf } from './booking-state.ts';
import { PreferencesBlock } from './preferences-block.tsx';
import type { Task } from './use-task.ts';

interface BookingOverviewProps {
  booking: Booking;
  token: string;
  /** Message about the last change, such as "Your appointment was rescheduled."; null if none. */
  notice: string | null;
  onTask(task: Task): void;
}

/** A booking with the available actions. */
export function BookingOverview({ booking, token, notice, onTask }: BookingOverviewProps) {
  const state = stateOf(booking, serverNowMs());
  return (
    <div className="step">
      <PageHeading title={`Your appointment – ${booking.shop.name}`}>{headings[state](booking)}</PageHeading>
      <div role="status">{notice !== null && <p className="notice notice-good">{notice}</p>}</div>
      <BookingSummary booking={booking} />
      {state === 'too_late' && <CallTheShop booking={booking} />}
      {(state === 'changeable' || state === 'too_late') && (
        <div className="button-row">
          {state === 'changeable' && <Changes onTask={onTask} />}
          <CalendarButton booking={booking} token={token} />
        </div>
      )}
      {state === 'changeable' && booking.change_until !== null && (
        <p className="soft">
          You can reschedule or cancel until {dayAndClock(booking.change_until, booking.shop.zone)},{' '}
          {formatZone(booking.shop.zone)}.
        </p>
      )}
      {(state === 'cancelled' || state === 'past') && (
        <p>
          <Link className="button button-main" href={`/s/${booking.shop.slug}`}>
            Book again
          </Link>
        </p>
      )}
      {state !== 'cancelled' && <PreferencesBlock booking={booking} token={token} />}
    </div>
  );
}

const headings: Record<BookingState, (booking: Booking) => string> = {
  cancelled: () => 'This appointment is cancelled',
  past: ({ status }) => (status === 'no_show' ? 'You missed this appointment' : 'This appointment is over'),
  too_late: ({ status }) => (status === 'pending' ? 'Waiting for confirmation' : 'Your appointment'),
  changeable: ({ status }) => (status === 'pending' ? 'Waiting for confirmation' : 'Your appointment'),
};

function Changes({ onTask }: Pick<BookingOverviewProps, 'onTask'>) {
  return (
    <>
      <button type="button" className="button button-main" onClick={() => onTask('move')}>
        Reschedule
      </button>
      <button type="button" className="button button-quiet" onClick={() => onTask('cancel')}>
        Cancel appointment
      </button>
    </>
  );
}

function CallTheShop({ booking: { shop } }: { booking: Booking }) {
  return (
    <p className="notice">
      It is too late to reschedule or cancel this appointment online.{' '}
      {shop.phone === null ? (
        `Please contact ${shop.name}.`
      ) : (
        <>
          Call {shop.name}: <PhoneLink phone={shop.phone} />
        </>
      )}
    </p>
  );
}
