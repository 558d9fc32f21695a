import { expect, test } from 'vitest';
import type { BookingRecord } from '../../booking/booking-record.ts';
import type { ShopRecord } from '../../catalog/catalog.ts';
import { bookingSms } from './appointment-sms.ts';

const booking = { startsAt: new Date('2026-12-01T15:00:00Z'), status: 'confirmed' } as BookingRecord;
const smsOf = (name: string) => {
  const shop = { name, zone: 'America/New_York', country: 'US' } as ShopRecord;
  return bookingSms('confirmation', { shop, booking, url: 'https://shop.example/b/1' });
};

test('truncates a long name between characters', () => {
  const { text } = smsOf(`${'x'.repeat(36)}\u{1F600}barbers`);
  expect(() => encodeURIComponent(text)).not.toThrow();
  expect(text.startsWith(`${'x'.repeat(36)}\u{1F600}...: booked`)).toBe(true);
});

test('typographic quotes, dashes and ellipses need no extra segment', () => {
  expect(smsOf('Fade \u2018n\u2019 Co \u2013 Barbers\u2026').segments).toBe(1);
});

test('keeps a letter outside the GSM alphabet, and counts its segments', () => {
  const { text, segments } = smsOf('Chlo\u00eb');
  expect([text.startsWith('Chlo\u00eb:'), segments]).toEqual([true, 2]);
});
