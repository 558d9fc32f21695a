import type { BookingCreated } from '@bookedbarber/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type RefObject, useEffect } from 'react';
import { useForm } from 'react-hook-form';
import { intents } from '../api/intents.ts';
import { isTimeLost } from '../api/problem.ts';
import { availabilityKey, bookingKey } from '../api/queries.ts';
import { ActionBar } from '../layout/action-bar.tsx';
import { FailureNotice } from '../layout/failure-notice.tsx';
import { Loading } from '../layout/loading.tsx';
import { PageHeading } from '../layout/page-heading.tsx';
import { wallDay } from '../time/wall-time.ts';
import { LostTime, lostTimeId } from '../time-picker/lost-time.tsx';
import { rememberToken, tokenInLink } from '../visit/link-token.ts';
import { priceInWords } from '../visit/price.ts';
import { bookingInput, fieldComplaints, type GuestDetails } from './guest-details.ts';
import { GuestFields } from './guest-form.tsx';
import { HeldVisit } from './held-visit.tsx';
import { HoldCountdown, useTimeLeft } from './hold-countdown.tsx';
import type { StepProps } from './step-props.ts';
import type { HoldHandle } from './use-hold.ts';

interface DetailsStepProps extends StepProps {
  start: string;
  hold: HoldHandle;
  /** What was typed before, kept in memory while the visitor goes to and fro. */
  draft: RefObject<GuestDetails>;
}

/** Step 4: who comes. The time is held meanwhile; booking confirms the hold. */
export function DetailsStep({ shop, choice, cart, change, start, hold, draft }: DetailsStepProps) {
  const client = useQueryClient();
  const form = useForm<GuestDetails>({ defaultValues: draft.current, reValidateMode: 'onChange' });
  const { segments } = choice;
  const { take } = hold;
  useEffect(() => {
    // The step before has taken the hold; a reload, a step forward or a shared link has not.
    void take(segments, start);
  }, [take, segments, start]);

  const held = hold.holdFor(segments, start);
  const leftMs = useTimeLeft(held?.expires_at ?? null);

  const booking = useMutation({
    mutationFn: ({ details, holdId }: { details: GuestDetails; holdId: string }) =>
      intents.perform<BookingCreated>({
        method: 'POST',
        path: `/shops/${encodeURIComponent(shop.slug)}/bookings`,
        body: bookingInput(details, holdId),
      }),
    onSuccess: (made) => {
      rememberToken(made.booking.id, tokenInLink(made.manage_url));
      client.setQueryData(bookingKey(made.booking.id), made.booking);
      void client.invalidateQueries({ queryKey: availabilityKey(shop.slug) });
      // In this order: as long as this step is shown, a missing hold would be taken anew.
      change({ step: 'booked', bookingId: made.booking.id, segments: [], day: null, start: null });
      hold.forget();
    },
    onError: (error) => {
      if (isTimeLost(error)) hold.forget();
      const complaints = Object.entries(fieldComplaints(error).fields) as [keyof GuestDetails, string][];
      for (const [index, [field, message]] of complaints.entries()) {
        form.setError(field, { type: 'server', message }, { shouldFocus: index === 0 });
      }
    },
  });

  useEffect(() => {
    const stop = form.subscribe({
      formState: { values: true },
      callback: ({ values }) => {
        draft.current = values;
      },
    });
    return stop;
  }, [form, draft]);

  const why = lossOf(booking.error, hold.failure, held !== null && leftMs === 0);
  const failure = [booking.error, hold.failure].find((error) => error !== null && !isTimeLost(error)) ?? null;
  const submit = form.handleSubmit((details) => {
    if (held && why === null) booking.mutate({ details, holdId: held.id });
    else document.getElementById(lostTimeId)?.focus();
  });
  const holdAgain = async (wanted: string): Promise<void> => {
    booking.reset();
    if (await take(segments, wanted)) change({ start: wanted, day: wallDay(wanted) });
  };

  return (
    <form className="step" noValidate onSubmit={(event) => void submit(event)}>
      <PageHeading title={`Your details – ${shop.name}`}>Who is coming?</PageHeading>
      {why !== null && (
        <LostTime
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
          <HeldVisit hold={held} shop={shop} />
          <HoldCountdown leftMs={leftMs} />
        </>
      )}
      <GuestFields form={form} />
      {failure !== null && (held === null || fieldComplaints(failure).others) && (
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
            <strong>{priceInWords(cart.cents, shop.currency)}</strong>
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
          {booking.isPending
            ? 'Booking…'
            : shop.policy.requires_approval
              ? 'Ask for this time'
              : 'Book this time'}
        </button>
      </ActionBar>
    </form>
  );
}

function lossOf(bookingError: unknown, holdFailure: unknown, expired: boolean) {
  if (isTimeLost(bookingError)) return bookingError;
  if (isTimeLost(holdFailure)) return holdFailure;
  return expired ? 'expired' : null;
}
