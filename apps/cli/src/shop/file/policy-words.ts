import type { Policy } from '@bookedbarber/contract';
import { clock, counted, minutes } from '../../shared/terminal/words.ts';
import { describeReminders } from './reminder-words.ts';

/** The rules of a shop, one sentence for each. */
export function describePolicy(policy: Policy): string[] {
  return [
    `Appointments start every ${minutes(policy.slot_interval_minutes)}.`,
    policy.min_notice_minutes === 0
      ? 'Clients can book until the start.'
      : `Clients can book until ${minutes(policy.min_notice_minutes)} before the start.`,
    `Clients can book at most ${counted(policy.max_advance_days, 'day')} ahead.`,
    ...(policy.same_day_cutoff_minute === null
      ? []
      : [`Clients can book for the same day until ${clock(policy.same_day_cutoff_minute)}.`]),
    policy.change_notice_minutes === 0
      ? 'Clients can reschedule or cancel by link until the start.'
      : `Clients can reschedule or cancel by link until ${minutes(policy.change_notice_minutes)} before the start.`,
    policy.requires_approval ? 'The shop confirms each booking.' : 'Bookings are confirmed immediately.',
    describeReminders(policy),
  ];
}
