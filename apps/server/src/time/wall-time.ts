/**
 * All conversions between wall time and instants. An instant is in epoch milliseconds. A date is YYYY-MM-DD in the
 * calendar of a zone. A minute of the day is the local time on a clock, so on the day of a clock change some minutes do
 * not exist and some exist twice.
 */
import { Temporal } from 'temporal-polyfill';

export const minuteMs = 60_000;

/** A part of one day with a constant offset from UTC. */
type OffsetSpan = { startMs: number; endMs: number; offsetMs: number };

/**
 * One calendar day of a zone, usually 23, 24 or 25 hours long. A day is contiguous: if a zone moves its clocks back
 * just after midnight (none since 2011), the previous day ends at the first of the two midnights.
 */
export type LocalDay = {
  date: string;
  startMs: number;
  endMs: number;
  spans: readonly OffsetSpan[];
  /** Local midnight as if the local time were UTC. */
  localMidnightMs: number;
};

const cachedDays = new Map<string, LocalDay>();
const maxCachedDays = 5000;

/** The day `date` of `zone`. A day that the zone skipped has no spans and zero length. */
export function localDay(zone: string, date: string): LocalDay {
  const key = `${zone} ${date}`;
  const cached = cachedDays.get(key);
  if (cached !== undefined) return cached;
  if (cachedDays.size >= maxCachedDays) cachedDays.clear();
  const day = makeLocalDay(zone, date);
  cachedDays.set(key, day);
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

/** The date in `zone` at `ms`. */
export function localDate(zone: string, ms: number): string {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDate().toString();
}

/** The local day that contains the instant `ms`. */
export function localDayAt(zone: string, ms: number): LocalDay {
  return localDay(zone, localDate(zone, ms));
}

/**
 * The instant at which `minute` of `date` starts. `minute` is 0 to 2160; values from 1440 on are on the next day. A
 * skipped minute maps to the instant of the clock change. For a repeated minute, `opens` returns the first instant and
 * `closes` the second.
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

/** The instants of `day` whose local time is a multiple of `stepMinutes` since midnight, in order. */
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

/** Whether the local time of `zone` at `ms` is a multiple of `stepMinutes` since midnight. */
export function isOnGrid(zone: string, ms: number, stepMinutes: number): boolean {
  const day = localDayAt(zone, ms);
  return (ms + offsetAt(day, ms) - day.localMidnightMs) % (stepMinutes * minuteMs) === 0;
}

/** The local time of `zone` at `ms`, in minutes since midnight. */
export function minuteOfDay(zone: string, ms: number): number {
  const time = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
  return time.hour * 60 + time.minute;
}

/**
 * Subtracts an ISO 8601 duration from the instant `ms`. Days are calendar days of `zone`: one day before 09:00 is
 * 09:00, also across a clock change. A skipped local time moves forward by the gap; for a repeated one the first
 * instant is used. Hours and minutes are elapsed time.
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

/** Like formatInstant, for an instant of `day`. Faster for whole minutes: an availability response lists hundreds. */
export function formatInDay(day: LocalDay, ms: number): string {
  const offsetMs = offsetAt(day, ms);
  const minute = (ms + offsetMs - day.localMidnightMs) / minuteMs;
  // If clocks moved back across midnight, the day contains some local time of the previous date.
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
