/** Formats 1906 as "1,906". */
export function count(value: number): string {
  return value.toLocaleString('en');
}

/** "1 row", "1,906 rows". */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A share as "32.9 %". */
export function percent(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`;
}

/** Formats an amount in the smallest unit of an ISO 4217 currency, such as "$38.00". */
export function money(cents: number, currency: string): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.format(cents / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

/** Minutes since midnight as a clock time. Hours continue past midnight: 1500 is 25:00. */
export function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

/** Formats minutes: "50 min", "2 h", "2 h 20 min". */
export function minutes(value: number): string {
  const hours = Math.floor(value / 60);
  const rest = value % 60;
  return [hours > 0 ? `${hours} h` : '', rest > 0 || hours === 0 ? `${rest} min` : '']
    .filter(Boolean)
    .join(' ');
}

/** Breaks a text into lines of at most `width` characters, including the indent of each. */
export function wrap(text: string, indent = '  ', width = 100): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return line === '' ? lines : [...lines, indent + line];
}

/**
 * Formats bytes in the largest unit with a value of at least 1, such as "12.5 MB". A MB is 1024 x 1024, as in Redis.
 */
export function bytes(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const step = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10));
  return `${(value / 1024 ** step).toFixed(step === 0 ? 0 : 1)} ${units[step]}`;
}

/** Formats seconds in at most two units: "60 s", "5 min", "1 h 30 min", "7 days". */
export function span(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const wholeMinutes = Math.round(seconds / 60);
  if (wholeMinutes < 1440) return minutes(wholeMinutes);
  const wholeHours = Math.round(wholeMinutes / 60);
  const days = counted(Math.floor(wholeHours / 24), 'day');
  return wholeHours % 24 === 0 ? days : `${days} ${wholeHours % 24} h`;
}

/** Formats a number with fewer decimals the larger it is: "1,204", "12.5", "0.04". */
export function figure(value: number): string {
  if (value === 0) return '0';
  const digits = value >= 100 ? 0 : value >= 1 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: 0, maximumFractionDigits: digits });
}
