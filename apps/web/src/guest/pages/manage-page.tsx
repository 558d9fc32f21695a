import type { Booking } from '@bookedbarber/contract';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ApiError } from '../../shared/api/problem.ts';
import { bookingQuery, shopQuery } from '../../shared/api/queries.ts';
import { serverNowMs } from '../../shared/api/server-clock.ts';
import { FailureNotice } from '../../shared/layout/failure-notice.tsx';
import { Loading } from '../../shared/layout/loading.tsx';
import { PageHeading } from '../../shared/layout/page-heading.tsx';
import { ShopFooter } from '../../shared/layout/shop-footer.tsx';
import { SiteFrame } from '../../shared/layout/site-frame.tsx';
import { BookingOverview } from '../manage/booking-overview.tsx';
import { stateOf } from '../manage/booking-state.ts';
import { Cancel } from '../manage/cancel.tsx';
import { Reschedule } from '../manage/reschedule.tsx';
import { useTask } from '../manage/use-task.ts';
import { useToken } from '../manage/use-token.ts';

/** The page of a booking, opened by its link. */
export function ManagePage({ id }: { id: string }) {
  const token = useToken(id);
  if (token === null) return <InvalidLink />;
  return <WithToken key={token} id={id} token={token} />;
}

function WithToken({ id, token }: { id: string; token: string }) {
  const booking = useQuery(bookingQuery(id, token));
  const isRejected =
    booking.error instanceof ApiError && booking.error.status >= 400 && booking.error.status < 429;
  if (isRejected) return <InvalidLink />;
  if (!booking.data) {
    return (
      <SiteFrame>
        {booking.isError ? (
          <FailureNotice
            error={booking.error}
            onRetry={() => void booking.refetch()}
            retrying={booking.isFetching}
          />
        ) : (
          <Loading what="your appointment" rows={5} />
        )}
      </SiteFrame>
    );
  }
  const { shop } = booking.data;
  return (
    <SiteFrame name={shop.name} home={`/s/${shop.slug}`} footer={<ShopFooter shop={shop} />}>
      <Tasks booking={booking.data} token={token} />
    </SiteFrame>
  );
}

function Tasks({ booking, token }: { booking: Booking; token: string }) {
  const [task, setTask] = useTask();
  const [notice, setNotice] = useState<string | null>(null);
  const shop = useQuery({ ...shopQuery(booking.shop.slug), enabled: task === 'move' });
  // The notice is shown only on the overview, until the next task starts.
  useEffect(() => {
    if (task !== 'overview') setNotice(null);
  }, [task]);

  const done = (message: string) => (): void => {
    setTask('overview', { replace: true });
    setNotice(message);
  };
  const showOverview = (): void => setTask('overview');
  const changeable = stateOf(booking, serverNowMs()) === 'changeable';
  if (task === 'cancel' && changeable) {
    return (
      <Cancel
        booking={booking}
        token={token}
        onBackToBooking={showOverview}
        onDone={done('Your appointment was cancelled.')}
      />
    );
  }
  if (task === 'move' && changeable) {
    if (shop.data)
      return (
        <Reschedule
          booking={booking}
          shop={shop.data}
          token={token}
          onBackToBooking={showOverview}
          onDone={done('Your appointment was rescheduled.')}
        />
      );
    if (shop.isError) return <FailureNotice error={shop.error} onRetry={() => void shop.refetch()} />;
    return <Loading what="the shop" rows={6} />;
  }
  return <BookingOverview booking={booking} token={token} notice={notice} onTask={setTask} />;
}

function InvalidLink() {
  return (
    <SiteFrame>
      <div className="step">
        <PageHeading title="Appointment not found">Appointment not found</PageHeading>
        <p>The link may be incomplete. Copy the whole link, including the part after the #, and try again.</p>
      </div>
    </SiteFrame>
  );
}
