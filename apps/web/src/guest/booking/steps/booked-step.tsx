import type { Booking, Shop } from '@bookedbarber/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { bookingQuery } from '../../../shared/api/queries.ts';
import { FailureNotice } from '../../../shared/layout/failure-notice.tsx';
import { Loading } from '../../../shared/layout/loading.tsx';
import { PageHeading } from '../../../shared/layout/page-heading.tsx';
import { BookingSummary } from '../../appointment/appointment-summary.tsx';
import { CalendarButton } from '../../appointment/calendar-button.tsx';
import { CopyLink } from '../../appointment/copy-link.tsx';
import { managePath, tokenOf } from '../../appointment/link-token.ts';

/** Step 5: the confirmation. */
export function BookedStep({ shop, bookingId }: { shop: Shop; bookingId: string }) {
  const token = tokenOf(bookingId, '');
  if (token === null) return <BookedElsewhere shop={shop} />;
  return <Confirmation shop={shop} bookingId={bookingId} token={token} />;
}

function Confirmation({ shop, bookingId, token }: { shop: Shop; bookingId: string; token: string }) {
  const booking = useQuery(bookingQuery(bookingId, token));
  if (booking.isPending) return <Loading what="your appointment" rows={5} />;
  if (booking.isError) return <FailureNotice error={booking.error} onRetry={() => void booking.refetch()} />;
  return (
    <div className="step booked">
      <PageHeading title={`Booked – ${shop.name}`}>{headingFor(booking.data)}</PageHeading>
      <p>{sentenceFor(booking.data)}</p>
      <BookingSummary booking={booking.data} />
      <div className="button-row">
        <CalendarButton booking={booking.data} token={token} />
        <Link className="button button-quiet" href={managePath(bookingId, token)}>
          Reschedule or cancel
        </Link>
      </div>
      <CopyLink link={`${window.location.origin}${managePath(bookingId, token)}`} />
      <p>
        <Link href={`/s/${shop.slug}`}>Book another appointment</Link>
      </p>
    </div>
  );
}

const firstName = (name: string): string => name.trim().split(/\s+/)[0] ?? name;

function headingFor({ status, client }: Booking): string {
  if (status === 'cancelled') return 'This appointment is cancelled';
  if (status === 'pending')
    return `Thank you, ${firstName(client.name)}. The shop has to confirm your appointment.`;
  return `See you soon, ${firstName(client.name)}.`;
}

function sentenceFor({ status, shop, client }: Booking): string {
  const mail = client.email === null ? '' : ` We will send the details to ${client.email}.`;
  if (status === 'cancelled') return `Your appointment at ${shop.name} is cancelled.`;
  if (status === 'pending') return `${shop.name} reviews every request. Your time is held until then.${mail}`;
  return `Your appointment is booked.${mail}`;
}

function BookedElsewhere({ shop }: { shop: Shop }) {
  return (
    <div className="step">
      <PageHeading title={`Booked – ${shop.name}`}>This appointment was booked in another tab</PageHeading>
      <p>
        For your privacy, the details are shown only in the browser tab that booked it. Open the link of your
        appointment to view or change it.
      </p>
      <p>
        <Link className="button" href={`/s/${shop.slug}`}>
          Book an appointment
        </Link>
      </p>
    </div>
  );
}
