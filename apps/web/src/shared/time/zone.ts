/** Names and UTC offsets of time zones. Zones are IANA names such as America/New_York. */

const wallParts = new Map<string, Intl.DateTimeFormat>();

function wallPartsIn(zone: string): Intl.DateTimeFormat {
  let format = wallParts.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
    wallParts.set(zone, format);
  }
  return format;
}

/** Local time of an instant in a zone, as YYYY-MM-DDTHH:MM. */
export function wallTimeIn(zone: string, epochMs: number): string {
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of wallPartsIn(zone).formatToParts(epochMs)) part[type] = value;
  return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}`;
}

/** UTC offset of a zone at an instant, in minutes; negative west of Greenwich. */
export function offsetMinutes(zone: string, epochMs: number): number {
  const wholeMinute = Math.floor(epochMs / 60_000) * 60_000;
  return Math.round((Date.parse(`${wallTimeIn(zone, wholeMinute)}Z`) - wholeMinute) / 60_000);
}

/** "UTC−4", "UTC+5:30", "UTC" */
export function offsetName(minutes: number): string {
  if (minutes === 0) return 'UTC';
  const size = Math.abs(minutes);
  const rest = size % 60;
  return `UTC${minutes < 0 ? '−' : '+'}${Math.floor(size / 60)}${rest ? `:${String(rest).padStart(2, '0')}` : ''}`;
}

/** The city in the name of a zone: "New York" for America/New_York. */
export function zoneCity(zone: string): string {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');
}

/** Formats a zone: "New York time (Eastern Time)". */
export function formatZone(zone: string): string {
  if (zone === 'UTC' || zone === 'Etc/UTC') return 'UTC';
  const generic = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longGeneric' })
    .formatToParts(0)
    .find((part) => part.type === 'timeZoneName')?.value;
  const city = `${zoneCity(zone)} time`;
  // Zones without a common name are "Reykjavik Time" or "GMT+3", which adds no information.
  const isInformative =
    generic !== undefined && !/^GMT[+-]/.test(generic) && !generic.startsWith(zoneCity(zone));
  return isInformative ? `${city} (${generic})` : city;
}

/** The time zone of this device, or null if the browser does not report a valid one. */
export function deviceZone(): string | null {
  try {
    const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!zone || zone === 'Etc/Unknown') return null;
    wallTimeIn(zone, 0);
    return zone;
  } catch {
    return null;
  }
}

/** Time difference between two zones at an instant: "6 hours ahead", "30 minutes behind", or null if equal. */
export function clockDifference(zone: string, other: string, epochMs: number): string | null {
  const minutes = offsetMinutes(zone, epochMs) - offsetMinutes(other, epochMs);
  if (minutes === 0) return null;
  return `${formatSpan(Math.abs(minutes))} ${minutes > 0 ? 'ahead' : 'behind'}`;
}

function formatSpan(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  const words = [];
  if (hours) words.push(`${hours} hour${hours === 1 ? '' : 's'}`);
  if (rest) words.push(`${rest} minutes`);
  return words.join(' ');
}
