import type { Booking } from '@bookedbarber/contract';
import { useMutation } from '@tanstack/react-query';
import { callApiForFile } from '../../shared/api/client.ts';
import { FailureNotice } from '../../shared/layout/failure-notice.tsx';

/** Downloads the booking as a calendar file. The token is sent in a header, which a link cannot do. */
export function CalendarButton({ booking, token }: { booking: Booking; token: string }) {
  const file = useMutation({
    mutationFn: () =>
      callApiForFile({ path: `/bookings/${booking.id}/calendar.ics`, bookingToken: token }, 'text/calendar'),
    onSuccess: (blob) => saveAs(blob, `${booking.shop.slug}-appointment.ics`),
  });
  return (
    <>
      <button type="button" className="button" disabled={file.isPending} onClick={() => file.mutate()}>
        Add to calendar
      </button>
      {file.isError && <FailureNotice error={file.error} onRetry={() => file.mutate()} />}
    </>
  );
}

function saveAs(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads the file when it handles the click. One minute is more than enough.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
