import { type RefObject, useEffect } from 'react';
import { isSlotTaken } from '../../../shared/api/problem.ts';
import { ActionBar } from '../../../shared/layout/action-bar.tsx';
import { FailureNotice } from '../../../shared/layout/failure-notice.tsx';
import { Loading } from '../../../shared/layout/loading.tsx';
import { PageHeading } from '../../../shared/layout/page-heading.tsx';
import { wallDay } from '../../../shared/time/wall-time.ts';
import { formatPrice } from '../../appointment/price.ts';
import { SlotTakenNotice, slotTakenNoticeId } from '../../time-picker/slot-taken-notice.tsx';
import { fieldErrors, type GuestDetails } from '../guest-details.ts';
import { HoldCountdown, useTimeLeft } from '../hold-countdown.tsx';
import { useBooking } from '../use-booking.ts';
import { showFieldErrors, useGuestForm } from '../use-guest-form.ts';
import type { HoldHandle } from '../use-hold.ts';
import { GuestFields } from './guest-form.tsx';
import { HeldBooking } from './held-appointment.tsx';
import type { StepProps } from './step-props.ts';

interface DetailsStepProps extends StepProps {
  start: string;
  hold: HoldHandle;
  /** The entered details. Kept in memory when the visitor changes steps. */
  draft: RefObject<GuestDetails>;
}

/** Step 4: the details of the client. The time is held during this step; booking converts the hold. */
export function DetailsStep({ shop, choice, cart, change, start, hold, draft }: DetailsStepProps) {
  const form = useGuestForm(draft);
  const { segments } = choice;
  const { take } = hold;
  useEffect(() => {
    // After the time step the hold exists. After a reload, a step forward or a shared link it may not.
    void take(segments, start);
  }, [take, segments, start]);

  const held = hold.holdFor(segments, start);
  const leftMs = useTimeLeft(held?.expires_at ?? null);

  const booking = useBooking(shop.slug, {
    onBooked: (bookingId) => {
      // This order matters: while this step is shown, it creates a missing hold.
      change({ step: 'booked', bookingId, segments: [], day: null, start: null });
      hold.forget();
    },
    onRejected: (error) => {
      if (isSlotTaken(error)) hold.forget();
      showFieldErrors(form, error);
    },
  });

  // A pending booking request may still succeed, even if the hold appears expired.
  const expired = held !== null && leftMs === 0 && !booking.isPending;
  const lossReason = slotLossReason(booking.error, hold.failure, expired);
  const failure =
    [booking.error, hold.failure].find((error) => error !== null && !isSlotTaken(error)) ?? null;
  const submit = form.handleSubmit((details) => {
    if (held && lossReason === null) booking.mutate({ details, holdId: held.id });
    else document.getElementById(slotTakenNoticeId)?.focus();
  });
  const holdAgain = async (next: string): Promise<void> => {
    booking.reset();
    if (await take(segments, next)) change({ start: next, day: wallDay(next) });
  };

  const bookLabel = shop.policy.requires_approval ? 'Request this time' : 'Book this time';

  return (
    <form className="step" noValidate onSubmit={(event) => void submit(event)}>
      <PageHeading title={`Your details – ${shop.name}`}>Your details</PageHeading>
      {lossReason !== null && (
        <SlotTakenNotice
          shop={shop}
          segments={segments}
          start={start}
          reason={lossReason}
          busy={hold.taking}
          onPick={(next) => void holdAgain(next)}
        />
      )}
      {lossReason === null && held === null && failure === null && <Loading what="your time" rows={1} />}
      {lossReason === null && held !== null && (
        <>
          <HeldBooking hold={held} shop={shop} />
          <HoldCountdown leftMs={leftMs} />
        </>
      )}
      <GuestFields form={form} />
      {failure !== null && (held === null || fieldErrors(failure).others) && (
        <FailureNotice
          error={failure}
          retrying={hold.taking || booking.isPending}
          onRetry={held === null ? () => void holdAgain(start) : () => void submit()}
        />
      )}
      <ActionBar
        onBack={() => change({ step: 'time' })}
        backTo="time"
        summary={
          lossReason === null ? (
            <strong>{formatPrice(cart.cents, shop.currency)}</strong>
          ) : (
            <span className="soft">Choose another time above</span>
          )
        }
      >
        <button
          type="submit"
          className="button button-main"
          disabled={(held === null && lossReason === null) || booking.isPending}
        >
          {booking.isPending ? 'Booking…' : bookLabel}
        </button>
      </ActionBar>
    </form>
  );
}

function slotLossReason(bookingError: unknown, holdFailure: unknown, expired: boolean) {
  if (isSlotTaken(bookingError)) return bookingError;
  if (isSlotTaken(holdFailure)) return holdFailure;
  return expired ? 'expired' : null;
}
