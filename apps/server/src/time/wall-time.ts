/**
 * The one place where wall time becomes an instant and back. Instants are epoch milliseconds; a date is YYYY-MM-DD of a
 * zone's own calendar; a minute of the day is what a clock on the wall shows, so on the day of a clock change some
 * minutes do not exist and some exist twice.
 */
import { Temporal } from 'temporal-polyfill';

export const minuteMs = 60_000;

/** A stretch of one day in which the zone keeps one offset from UTC. */
type OffsetSpan = { startMs: number; endMs: number; offsetMs: number };

/**
 * One calendar day of a zone: 23, 24 or 25 hours, or whatever the zone made of it. It is one stretch of time; where a zone
 * turned its clocks back just after midnight (none since 2011), the day before ends at the first of the two midnights.
 */
export type LocalDay = {
  date: string;
  startMs: number;
  endMs: number;
  spans: readonly OffsetSpan[];
  /** Midnight on a clock that counts local milliseconds as if they were UTC. */
  localMidnightMs: number;
};

const days = new Map<string, LocalDay>();
const maxDaysKept = 5000;

/** The day `date` of `zone`. A day that a zone skipped has no spans and no length. */
export function localDay(zone: string, date: string): LocalDay {
  const key = `${zone} ${date}`;
  const known = days.get(key);
  if (known !== undefined) return known;
  if (days.size >= maxDaysKept) days.clear();
  const day = makeLocalDay(zone, date);
  days.set(key, day);
  return day;
}

function makeLocalDay(zone: string, date: string): LocalDay {
  const plain = Temporal.PlainDate.from(date);
  const end = plain.add({ days: 1 }).toZonedDateTime({ timeZone: zone });
  const spans: OffsetSpan[] = [];
  let from = plain.toZonedDateTime({ timeZone: zone });
  const startMs = from.epochMilliseconds;
  while (from.epochMilliseconds < end.epochMilliseconds) {
    const change = from.getTimeZoneTransition('next');
    const until = change !== null && change.epochMilliseconds < end.epochMilliseconds ? change : end;
    spans.push({
      startMs: from.epochMilliseconds,
      endMs: until.epochMilliseconds,
      offsetMs: from.offsetNanoseconds / 1e6,
    });
    from = until;
  }
  const localMidnightMs = Date.parse(`${date}T00:00:00Z`);
  return { date, startMs, endMs: end.epochMilliseconds, spans, localMidnightMs };
}

/** The date that a calendar on the wall of `zone` shows at `ms`. */
export function localDate(zone: string, ms: number): string {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDate().toString();
}

/** The local day that holds the instant `ms`. */
export function localDayAt(zone: string, ms: number): LocalDay {
  return localDay(zone, localDate(zone, ms));
}

/**
 * The instant at which `minute` of `date` begins. A minute that the clock skips is the instant of the skip; of a minute
 * that comes twice, a period opens at the first and closes at the second. `minute` may be up to 2160: the next day.
 */
export function wallInstant(zone: string, date: string, minute: number, edge: 'opens' | 'closes'): number {
  const plain = Temporal.PlainDateTime.from(date).add({ minutes: minute });
  const earlier = plain.toZonedDateTime(zone, { disambiguation: 'earlier' });
  const later = plain.toZonedDateTime(zone, { disambiguation: 'later' });
  if (earlier.epochMilliseconds === later.epochMilliseconds) return earlier.epochMilliseconds;
  const skipped = !later.toPlainDateTime().equals(plain);
  if (skipped) return earlier.getTimeZoneTransition('next')?.epochMilliseconds ?? later.epochMilliseconds;
  return edge === 'opens' ? earlier.epochMilliseconds : later.epochMilliseconds;
}

/** The instants of `day` at which the wall clock shows a multiple of `stepMinutes` since midnight, in order. */
export function gridInstants(day: LocalDay, stepMinutes: number): number[] {
  const stepMs = stepMinutes * minuteMs;
  const midnightMs = day.localMidnightMs;
  const instants: number[] = [];
  for (const span of day.spans) {
    const sinceMidnightMs = span.startMs + span.offsetMs - midnightMs;
    let ms = midnightMs + Math.ceil(sinceMidnightMs / stepMs) * stepMs - span.offsetMs;
    for (; ms < span.endMs; ms += stepMs) instants.push(ms);
  }
  return instants;
}

/** Whether the wall clock of `zone` shows a multiple of `stepMinutes` at `ms`. */
export function isOnGrid(zone: string, ms: number, stepMinutes: number): boolean {
  const day = localDayAt(zone, ms);
  return (ms + offsetAt(day, ms) - day.localMidnightMs) % (stepMinutes * minuteMs) === 0;
}

/** What the wall clock of `zone` shows at `ms`, in minutes since midnight. */
export function minuteOfDay(zone: string, ms: number): number {
  const time = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
  return time.hour * 60 + time.minute;
}

/**
 * The instant that lies an ISO 8601 duration before `ms`. Days are days of the wall clock of `zone`, so that a day before
 * nine is nine also over a clock change (an hour that was skipped is the one after it, of two the first); hours and minutes
 * are elapsed time.
 */
export function before(zone: string, ms: number, duration: string): number {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).subtract(duration)
    .epochMilliseconds;
}

/** RFC 3339 with the offset that `zone` has at `ms`, such as 2026-11-23T09:00:00-05:00. */
export function formatInstant(zone: string, ms: number): string {
  const offsetMs = offsetAt(localDayAt(zone, ms), ms);
  return formatWithOffset(ms, offsetMs);
}

/** As formatInstant, for an instant of `day`. Answers name hundreds of them, on whole minutes, which need no calendar. */
export function formatInDay(day: LocalDay, ms: number): string {
  const offsetMs = offsetAt(day, ms);
  const minute = (ms + offsetMs - day.localMidnightMs) / minuteMs;
  // Where clocks were turned back over midnight, a day holds some wall time of the one before.
  const clock = clockOfMinute[minute];
  return clock === undefined
    ? formatWithOffset(ms, offsetMs)
    : `${day.date}T${clock}:00${formatOffset(offsetMs)}`;
}

function formatWithOffset(ms: number, offsetMs: number): string {
  return new Date(ms + offsetMs).toISOString().slice(0, 19) + formatOffset(offsetMs);
}

function formatOffset(offsetMs: number): string {
  return (offsetMs < 0 ? '-' : '+') + clockOf(Math.round(Math.abs(offsetMs) / minuteMs));
}

function clockOf(minute: number): string {
  return `${String(Math.trunc(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

/** 00:00 to 23:59. */
const clockOfMinute = Array.from({ length: 24 * 60 }, (_, minute) => clockOf(minute));

function offsetAt(day: LocalDay, ms: number): number {
  const span = day.spans.find((candidate) => ms >= candidate.startMs && ms < candidate.endMs);
  if (span === undefined) throw new RangeError(`The instant ${ms} is not in the day ${day.date}`);
  return span.offsetMs;
}
