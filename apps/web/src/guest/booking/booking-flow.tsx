import type { Shop } from '@bookedbarber/contract';
import { useEffect, useRef } from 'react';
import { cartOf } from './cart.ts';
import { type GuestDetails, noDetails } from './guest-details.ts';
import { Progress } from './progress.tsx';
import { BarbersStep } from './steps/barbers-step.tsx';
import { BookedStep } from './steps/booked-step.tsx';
import { DetailsStep } from './steps/details-step.tsx';
import { ServicesStep } from './steps/services-step.tsx';
import { TimeStep } from './steps/time-step.tsx';
import { useChoice } from './use-choice.ts';
import { useHold } from './use-hold.ts';
import { YourBooking } from './your-appointment.tsx';

/** The steps of booking an appointment. */
export function BookingFlow({ shop }: { shop: Shop }) {
  const [choice, change] = useChoice(shop);
  const hold = useHold(shop.slug);
  const draft = useRef<GuestDetails>(noDetails);
  const { step, segments, start, bookingId } = choice;
  const { release } = hold;

  useEffect(() => {
    // Only the details step needs the hold. Going back releases it for other clients.
    if (step !== 'details' && step !== 'booked') release();
  }, [step, release]);

  if (step === 'booked' && bookingId !== null) return <BookedStep shop={shop} bookingId={bookingId} />;
  const cart = cartOf(shop, segments);
  const props = { shop, choice, cart, change };
  return (
    <div className="flow">
      <div className="flow-steps">
        <Progress step={step} onStep={(next) => change({ step: next })} />
        {step === 'services' && <ServicesStep {...props} />}
        {step === 'barbers' && <BarbersStep {...props} />}
        {step === 'time' && <TimeStep {...props} hold={hold} />}
        {step === 'details' && start !== null && (
          <DetailsStep {...props} start={start} hold={hold} draft={draft} />
        )}
      </div>
      <YourBooking shop={shop} cart={cart} start={start} />
    </div>
  );
}
