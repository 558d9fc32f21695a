import type { Booking } from '@bookedbarber/contract';

interface SameBarberChoiceProps {
  booking: Booking;
  /** True: with the barbers of the booking as it is; false: with anyone. */
  same: boolean;
  onChange(same: boolean): void;
}

/** Whether a moved visit stays with its barber. */
export function SameBarberChoice({ booking, same, onChange }: SameBarberChoiceProps) {
  const names = Array.from(new Set(booking.segments.map((segment) => segment.barber_name))).join(' and ');
  return (
    <fieldset className="choice-row">
      <legend className="visually-hidden">With whom</legend>
      <label className="choice">
        <input type="radio" name="barber-wish" checked={same} onChange={() => onChange(true)} />
        <span>With {names}</span>
      </label>
      <label className="choice">
        <input type="radio" name="barber-wish" checked={!same} onChange={() => onChange(false)} />
        <span>Any barber</span>
      </label>
    </fieldset>
  );
}
