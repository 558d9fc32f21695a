import { type RefObject, useEffect } from 'react';
import { isSlotTaken } from '../../../shared/api/problem.ts';
import { ActionBar } from '../../../shared/layout/action-bar.tsx';
import { FailureNotice } from '../../../shared/layout/failure-notice.tsx';
import { Loading } from '../../../shared/layout/loading.tsx';
import { PageHeading } from '../../../shared/layout/page-heading.tsx';
import { wallDay } from '../../../shared/time/wall-time.ts';
import { formatPrice } from '../../appointment/price.ts';
import { SlotTakenNotice, slotTakenNoticeId } from '../../time-picker/lost-time.tsx';
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
  /** What was typed before, kept in memory while the visitor goes to and fro. */
  draft: RefObject<GuestDetails>;
}

/** Step 4: who comes. The time is held meanwhile; booking confirms the hold. */
export function DetailsStep({ shop, choice, cart, change, start, hold, draft }: DetailsStepProps) {
  const form = useGuestForm(draft);
  const { segments } = choice;
  const { take } = hold;
  useEffect(() => {
    // The step before has taken the hold; a reload, a step forward or a shared link has not.
    void take(segments, start);
  }, [take, segments, start]);

  const held = hold.holdFor(segments, start);
  const leftMs = useTimeLeft(held?.expires_at ?? null);

  const booking = useBooking(shop.slug, {
    onBooked: (bookingId) => {
      // In this order: as long as this step is shown, a missing hold would be taken anew.
      change({ step: 'booked', bookingId, segments: [], day: null, start: null });
      hold.forget();
    },
    onRejected: (error) => {
      if (isSlotTaken(error)) hold.forget();
      showFieldErrors(form, error);
    },
  });

  // A booking under way may still be in time, whatever the clock says here.
  const expired = held !== null && leftMs === 0 && !booking.isPending;
  const why = slotLossReason(booking.error, hold.failure, expired);
  const failure =
    [booking.error, hold.failure].find((error) => error !== null && !isSlotTaken(error)) ?? null;
  const submit = form.handleSubmit((details) => {
    if (held && why === null) booking.mutate({ details, holdId: held.id });
    else document.getElementById(slotTakenNoticeId)?.focus();
  });
  const holdAgain = async (wanted: string): Promise<void> => {
    booking.reset();
    if (await take(segments, wanted)) change({ start: wanted, day: wallDay(wanted) });
  };

  const bookLabel = shop.policy.requires_approval ? 'Ask for this time' : 'Book this time';

  return (
    <form className="step" noValidate onSubmit={(event) => void submit(event)}>
      <PageHeading title={`Your details – ${shop.name}`}>Who is coming?</PageHeading>
      {why !== null && (
        <SlotTakenNotice
          shop={shop}
          segments={segments}
          start={start}
          why={why}
          busy={hold.taking}
          onPick={(next) => void holdAgain(next)}
        />
      )}
      {why === null && held === null && failure === null && <Loading what="your time" rows={1} />}
      {why === null && held !== null && (
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
          why === null ? (
            <strong>{formatPrice(cart.cents, shop.currency)}</strong>
          ) : (
            <span className="soft">Choose another time above</span>
          )
        }
      >
        <button
          type="submit"
          className="button button-main"
          disabled={(held === null && why === null) || booking.isPending}
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
