import {
  addDays,
  dayLong,
  dayNumber,
  daysBetween,
  monthsOf,
  weekdayShort,
} from '../../shared/time/calendar-day.ts';

/** Number of days in the strip. */
export const daysShown = 7;

/** First day of the page that contains a day. Pages start today and every seventh day after that. */
export function pageStart(today: string, day: string): string {
  return addDays(today, Math.max(0, Math.floor(daysBetween(today, day) / daysShown)) * daysShown);
}

interface DayStripProps {
  today: string;
  /** Last bookable day. */
  lastDay: string;
  /** First day of the page. */
  first: string;
  /** Selected day; null while free times are loading. */
  day: string | null;
  /** Number of free times by day. Days that are not loaded are missing. */
  freeTimes: ReadonlyMap<string, number>;
  onDay(day: string): void;
}

/** A choice of seven days, with buttons for the previous and next week and a date input. */
export function DayStrip({ today, lastDay, first, day, freeTimes, onDay }: DayStripProps) {
  const days = Array.from({ length: daysShown }, (_, index) => addDays(first, index));
  const last = days.at(-1) ?? first;
  return (
    <div className="day-strip">
      <div className="week-pager">
        <button
          type="button"
          className="button button-icon"
          aria-label="Previous week"
          disabled={first <= today}
          onClick={() => onDay(addDays(first, -daysShown))}
        >
          <span aria-hidden="true">‹</span>
        </button>
        <span className="week-pager-months" aria-live="polite">
          {monthsOf(first, last)}
        </span>
        <button
          type="button"
          className="button button-icon"
          aria-label="Next week"
          disabled={last >= lastDay}
          onClick={() => onDay(addDays(first, daysShown))}
        >
          <span aria-hidden="true">›</span>
        </button>
      </div>
      <fieldset className="days">
        <legend className="visually-hidden">Day</legend>
        {days.map((each) => (
          <DayOption
            key={each}
            day={each}
            chosen={each === day}
            tooFar={each > lastDay}
            free={freeTimes.get(each)}
            onDay={onDay}
          />
        ))}
      </fieldset>
      <label className="date-jump">
        <span>Go to a date</span>
        <input
          type="date"
          min={today}
          max={lastDay}
          value={day ?? ''}
          onChange={({ target }) => {
            if (target.value >= today && target.value <= lastDay) onDay(target.value);
          }}
        />
      </label>
    </div>
  );
}

interface DayOptionProps {
  day: string;
  chosen: boolean;
  tooFar: boolean;
  free: number | undefined;
  onDay(day: string): void;
}

function DayOption({ day, chosen, tooFar, free, onDay }: DayOptionProps) {
  return (
    <label className="day" data-full={free === 0 || tooFar ? '' : undefined}>
      <input
        type="radio"
        name="day"
        value={day}
        checked={chosen}
        disabled={tooFar}
        onChange={() => onDay(day)}
      />
      <span className="day-face" aria-hidden="true">
        <span className="day-weekday">{weekdayShort(day)}</span>
        <span className="day-number">{dayNumber(day)}</span>
      </span>
      <span className="visually-hidden">
        {dayLong(day)}
        {free === 0 && ', no free times'}
      </span>
    </label>
  );
}
