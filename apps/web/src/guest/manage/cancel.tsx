import type { Booking, CancelInput } from '@bookedbarber/contract';
import { type SubmitEvent, useId, useState } from 'react';
import { FailureNotice } from '../../shared/layout/failure-notice.tsx';
import { PageHeading } from '../../shared/layout/page-heading.tsx';
import { BookingSummary } from '../appointment/appointment-summary.tsx';
import { useChange } from './use-change.ts';

interface CancelProps {
  booking: Booking;
  token: string;
  onBackToBooking(): void;
  onDone(): void;
}

/** Asks for confirmation and an optional reason, and cancels a booking. */
export function Cancel({ booking, token, onBackToBooking, onDone }: CancelProps) {
  const [reason, setReason] = useState('');
  const reasonId = useId();
  const cancel = useChange<CancelInput>(booking, token, 'cancel', onDone);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const trimmed = reason.trim();
    cancel.mutate(trimmed === '' ? {} : { reason: trimmed });
  };
  return (
    <form className="step" onSubmit={submit}>
      <PageHeading title={`Cancel your appointment – ${booking.shop.name}`}>
        Cancel this appointment?
      </PageHeading>
      <BookingSummary booking={booking} />
      <div className="field">
        <label htmlFor={reasonId}>
          Reason <span className="soft">(optional)</span>
        </label>
        <textarea
          id={reasonId}
          rows={3}
          maxLength={1000}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
        />
      </div>
      {cancel.isError && (
        <FailureNotice error={cancel.error} onRetry={() => cancel.mutate(cancel.variables)} />
      )}
      <div className="button-row">
        <button type="submit" className="button button-danger" disabled={cancel.isPending}>
          {cancel.isPending ? 'Cancelling…' : 'Yes, cancel it'}
        </button>
        <button type="button" className="button button-quiet" onClick={onBackToBooking}>
          No, keep it
        </button>
      </div>
    </form>
  );
}
