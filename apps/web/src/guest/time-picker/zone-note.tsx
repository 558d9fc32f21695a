import { wallClock } from '../../shared/time/wall-time.ts';
import { clockDifference, deviceZone, formatZone, wallTimeIn, zoneCity } from '../../shared/time/zone.ts';

interface ZoneNoteProps {
  zone: string;
  /** Start for which the visitor's own time is worked out; without it, only the difference is told. */
  start: string | null;
  /** Day looked at: differences between zones change over a year. */
  day: string;
}

/** Names the zone that times are in, and says so when the visitor's own clock shows another time. */
export function ZoneNote({ zone, start, day }: ZoneNoteProps) {
  const own = deviceZone();
  const at = Date.parse(start ?? `${day}T12:00:00Z`);
  const difference = own === null ? null : clockDifference(own, zone, at);
  return (
    <p className="zone-note">
      Times are <strong>{formatZone(zone)}</strong>.
      {own !== null && difference !== null && (
        <>
          {' '}
          Your device is on {zoneCity(own)} time, {difference}
          {start === null ? '.' : `: ${wallClock(start)} there is ${wallClock(wallTimeIn(own, at))} for you.`}
        </>
      )}
    </p>
  );
}
