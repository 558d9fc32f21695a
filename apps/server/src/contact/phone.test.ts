import { expect, test } from 'vitest';
import { toE164, toE164OrNull } from './phone.ts';

test.each([
  ['(212) 555-0123', 'US', '+12125550123'],
  ['212.555.0123', 'US', '+12125550123'],
  ['+1 212 555 0123', 'DE', '+12125550123'],
  ['030 123456', 'DE', '+4930123456'],
  ['0171 1234567', 'DE', '+491711234567'],
  ['+44 20 7946 0958', 'XX', '+442079460958'],
])('converts %s in country %s to %s', (phone, country, e164) => {
  expect(toE164(phone, country)).toBe(e164);
});

test.each([
  ['555-0123', 'US'],
  ['+1 212 555 012', 'US'],
  ['212 555 0123', 'XX'],
  ['', 'US'],
  ['+999 123456789', 'US'],
])('rejects "%s" in country %s and explains the fix', (phone, country) => {
  expect(() => toE164(phone, country)).toThrow(
    expect.objectContaining({ code: 'phone_invalid', message: expect.stringContaining('country code') }),
  );
});

test('toE164OrNull returns null for an absent number', () => {
  expect([toE164OrNull(undefined, 'US'), toE164OrNull(null, 'US')]).toEqual([null, null]);
});
