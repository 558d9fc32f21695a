import type { Booking } from '@bookedbarber/contract';

interface SameBarberChoiceProps {
  booking: Booking;
  /** True: the barbers of the booking; false: any barber. */
  same: boolean;
  onChange(same: boolean): void;
}

/** Choice between the same barber and any barber when rescheduling. */
export function SameBarberChoice({ booking, same, onChange }: SameBarberChoiceProps) {
  const names = Array.from(new Set(booking.segments.map((segment) => segment.barber_name))).join(' and ');
  return (
    <fieldset className="choice-row">
      <legend className="visually-hidden">Barber</legend>
      <label className="choice">
        <input type="radio" name="barber-preference" checked={same} onChange={() => onChange(true)} />
        <span>With {names}</span>
      </label>
      <label className="choice">
        <input type="radio" name="barber-preference" checked={!same} onChange={() => onChange(false)} />
        <span>Any barber</span>
      </label>
    </fieldset>
  );
}
