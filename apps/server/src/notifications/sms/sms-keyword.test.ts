import { expect, test } from 'vitest';
import { keywordOf } from './sms-keyword.ts';

test.each([
  'STOP',
  'STOPALL',
  'UNSUBSCRIBE',
  'CANCEL',
  'END',
  'QUIT',
  'OPTOUT',
  'REVOKE',
  ' stop.\n',
  'Stop!!',
])('%j opts out', (text) => expect(keywordOf(text)).toBe('stop'));

test.each(['START', 'YES', 'UNSTOP', 'yes!', ' start '])('%j opts in', (text) =>
  expect(keywordOf(text)).toBe('start'),
);

test.each(['', 'Please stop by at ten', 'stop it', 'no', 'HELP'])('%j is not a keyword', (text) =>
  expect(keywordOf(text)).toBeNull(),
);
