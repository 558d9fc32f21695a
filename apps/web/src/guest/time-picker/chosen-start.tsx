import { dayShort } from '../../shared/time/calendar-day.ts';
import { clockLabel, wallDay } from '../../shared/time/wall-time.ts';

/** The selected start in the action bar: "10:30" and "Tue 24 Nov". */
export function ChosenStart({ start, zone }: { start: string; zone: string }) {
  return (
    <>
      <strong>{clockLabel(start, zone)}</strong> <span className="soft">{dayShort(wallDay(start))}</span>
    </>
  );
}
