import { useId } from 'react';
import { dayLong } from '../../shared/time/calendar-day.ts';
import { type DayPart, dayParts } from '../../shared/time/day-parts.ts';
import { clockLabel } from '../../shared/time/wall-time.ts';

interface TimeGridProps {
  day: string;
  zone: string;
  starts: readonly string[];
  start: string | null;
  onStart(start: string): void;
}

/** The free times of a day as one radio group, divided into parts of the day. */
export function TimeGrid({ day, zone, starts, start, onStart }: TimeGridProps) {
  return (
    <fieldset className="times">
      <legend>{dayLong(day)}</legend>
      {dayParts(starts).map((part) => (
        <Part key={part.name} part={part} zone={zone} start={start} onStart={onStart} />
      ))}
    </fieldset>
  );
}

type PartProps = Pick<TimeGridProps, 'zone' | 'start' | 'onStart'> & { part: DayPart };

function Part({ part, zone, start, onStart }: PartProps) {
  const titleId = useId();
  return (
    // Some screen readers announce a nested fieldset as a second radio group.
    // biome-ignore lint/a11y/useSemanticElements: see above
    <div role="group" aria-labelledby={titleId} className="times-part">
      <h2 id={titleId}>{part.name}</h2>
      <div className="times-grid">
        {part.starts.map((each) => (
          <label key={each} className="time">
            <input
              type="radio"
              name="start"
              value={each}
              checked={each === start}
              onChange={() => onStart(each)}
            />
            <span className="time-face">{clockLabel(each, zone)}</span>
          </label>
        ))}
      </div>
    </div>
  );
}
