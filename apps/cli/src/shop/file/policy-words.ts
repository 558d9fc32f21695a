import type { Policy } from '@bookedbarber/contract';
import { clock, counted, minutes } from '../../shared/terminal/words.ts';
import { describeReminders } from './reminder-words.ts';

/** The rules of a shop as sentences, one for each rule. */
export function describePolicy(policy: Policy): string[] {
  return [
    `Visits begin every ${minutes(policy.slot_interval_minutes)}.`,
    policy.min_notice_minutes === 0
      ? 'Bookings are taken up to the last minute.'
      : `Bookings are taken up to ${minutes(policy.min_notice_minutes)} before the start.`,
    `Bookings are taken at most ${counted(policy.max_advance_days, 'day')} ahead.`,
    ...(policy.same_day_cutoff_minute === null
      ? []
      : [`From ${clock(policy.same_day_cutoff_minute)} on, no more bookings are taken for the same day.`]),
    policy.change_notice_minutes === 0
      ? 'Clients can move or cancel by link until the start.'
      : `Clients can move or cancel by link until ${minutes(policy.change_notice_minutes)} before the start.`,
    policy.requires_approval ? 'The shop confirms each booking.' : 'Bookings are confirmed at once.',
    describeReminders(policy),
  ];
}
