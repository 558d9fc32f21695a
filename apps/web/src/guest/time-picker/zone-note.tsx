import { wallClock } from '../../shared/time/wall-time.ts';
import { clockDifference, deviceZone, formatZone, wallTimeIn, zoneCity } from '../../shared/time/zone.ts';

interface ZoneNoteProps {
  zone: string;
  /** Start to convert to the visitor's time; null shows only the difference. */
  start: string | null;
  /** Selected day. The difference between zones changes during a year. */
  day: string;
}

/** Shows the time zone of the times, and the difference from the visitor's time zone if there is one. */
export function ZoneNote({ zone, start, day }: ZoneNoteProps) {
  const own = deviceZone();
  const at = Date.parse(start ?? `${day}T12:00:00Z`);
  const difference = own === null ? null : clockDifference(own, zone, at);
  return (
    <p className="zone-note">
      Times are in <strong>{formatZone(zone)}</strong>.
      {own !== null && difference !== null && (
        <>
          {' '}
          Your device is set to {zoneCity(own)} time, {difference}
          {start === null
            ? '.'
            : `: ${wallClock(start)} at the shop is ${wallClock(wallTimeIn(own, at))} for you.`}
        </>
      )}
    </p>
  );
}
