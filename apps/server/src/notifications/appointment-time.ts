/** Formats a time briefly, with its zone: Tue, Nov 24, 10:00 AM EST. */
export function formatShortBookingTime(
  { zone, country }: { zone: string; country: string },
  startMs: number,
): string {
  return new Intl.DateTimeFormat(`en-${country}`, {
    timeZone: zone,
    weekday: 'short',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  })
    .format(startMs)
    .replaceAll('\u202f', ' ');
}

/** Formats the times of an appointment in the shop's time zone. */
export function formatBookingTime(
  { zone, country }: { zone: string; country: string },
  startMs: number,
  endMs: number,
): { day: string; start: string; hours: string; zoneName: string } {
  const locale = `en-${country}`;
  const format = (options: Intl.DateTimeFormatOptions, ms: number): string =>
    // ICU writes narrow no-break spaces before AM and PM, which some mail programs show as boxes.
    new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }).format(ms).replaceAll('\u202f', ' ');
  const time = { hour: 'numeric', minute: '2-digit' } as const;
  const name = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: 'long' })
    .formatToParts(startMs)
    .find((part) => part.type === 'timeZoneName')?.value;
  return {
    day: format({ dateStyle: 'full' }, startMs),
    start: format(time, startMs),
    hours: `${format(time, startMs)} to ${format(time, endMs)}`,
    zoneName: name === undefined || name === zone ? zone : `${name}, ${zone}`,
  };
}
