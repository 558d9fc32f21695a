import type { Policy } from '@bookedbarber/contract';
import { clock, counted, minutes } from '../../shared/terminal/words.ts';

/** The times of the reminders, as one sentence. */
export function describeReminders({ reminders, quiet_hours: quiet }: Policy): string {
  if (reminders.length === 0) return 'Clients are not reminded.';
  const times = reminders.map(timeBefore).join(' and ');
  const pause =
    quiet === null ? '' : `, but not from ${clock(quiet.from_minute)} to ${clock(quiet.until_minute)}`;
  return `Clients are reminded ${times} before an appointment${pause}.`;
}

/** P1D as "1 day", PT2H as "2 h", PT90M as "1 h 30 min". */
function timeBefore(duration: string): string {
  const [, days, hours, ofHour] = /^P(?:(\d+)D|T(\d+)H|T(\d+)M)$/.exec(duration) ?? [];
  if (days !== undefined) return counted(Number(days), 'day');
  return minutes(hours === undefined ? Number(ofHour) : Number(hours) * 60);
}
