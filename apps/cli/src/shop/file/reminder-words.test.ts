import type { Policy } from '@bookedbarber/contract';
import { expect, test } from 'vitest';
import { describeReminders } from './reminder-words.ts';

const night = { from_minute: 1260, until_minute: 480 };
const words = (reminders: string[], quiet: Policy['quiet_hours']) =>
  describeReminders({ reminders, quiet_hours: quiet } as Policy);

test.each([
  [
    ['P1D', 'PT2H'],
    night,
    'Clients are reminded 1 day and 2 h before an appointment, but not from 21:00 to 08:00.',
  ],
  [['P3D'], null, 'Clients are reminded 3 days before an appointment.'],
  [['PT90M'], null, 'Clients are reminded 1 h 30 min before an appointment.'],
  [[], night, 'Clients are not reminded.'],
])('%j', (reminders, quiet, sentence) => {
  expect(words(reminders, quiet)).toBe(sentence);
});
