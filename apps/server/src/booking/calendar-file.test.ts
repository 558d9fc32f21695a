import type { BookingStatus } from '@bookedbarber/contract';
import { describe, expect, test } from 'vitest';
import type { ShopRecord } from '../catalog/catalog.ts';
import type { BookingRecord } from './booking-record.ts';
import { calendarFile } from './calendar-file.ts';

const id = '7d3f0b9e-0000-4000-8000-000000000000';

function file(
  status: BookingStatus = 'confirmed',
  fields: Partial<BookingRecord> = {},
  shop: Partial<ShopRecord> = {},
): string {
  const startsAt = new Date('2026-11-01T15:00:00-05:00');
  const endsAt = new Date('2026-11-01T15:50:00-05:00');
  const segment = { serviceId: 's', barberId: 'b', barberName: 'Zoë', priceCents: 0 };
  const cut = { ...segment, serviceName: 'Cut, long', startMs: +startsAt, endMs: +endsAt };
  return calendarFile(
    {
      name: 'Sharp; & Sons',
      zone: 'America/New_York',
      address: '1 Main St, New York',
      ...shop,
    } as ShopRecord,
    { id, version: 3, status, startsAt, endsAt, segments: [cut], ...fields } as BookingRecord,
  );
}
/** The fields of the file, with folded lines joined again. */
const fields = (text: string) =>
  new Map(
    text
      .replace(/\r\n[ \t]/g, '')
      .split('\r\n')
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );

describe('the calendar file', () => {
  test('derives UID from the booking id and SEQUENCE from its version, so that an import updates the entry', () => {
    const entry = fields(file());
    expect(entry.get('UID')).toBe(`${id}@bookedbarber`);
    expect(entry.get('SEQUENCE')).toBe('2');
    expect(fields(file('confirmed', { version: 1 })).get('SEQUENCE')).toBe('0');
    expect(entry.get('DTSTAMP')).toMatch(/^\d{8}T\d{6}Z$/);
  });

  test('has its times in UTC', () => {
    const entry = fields(file());
    expect(entry.get('DTSTART')).toBe('20261101T200000Z');
    expect(entry.get('DTEND')).toBe('20261101T205000Z');
    expect(entry.get('DESCRIPTION')).toContain('America/New_York');
  });

  test.each([
    ['pending', 'PUBLISH', 'TENTATIVE', 'BUSY'],
    ['confirmed', 'PUBLISH', 'CONFIRMED', 'BUSY'],
    ['completed', 'PUBLISH', 'CONFIRMED', 'BUSY'],
    ['cancelled', 'CANCEL', 'CANCELLED', 'FREE'],
  ] as const)('of a %s booking has METHOD %s and STATUS %s', (status, method, shown, busy) => {
    const entry = fields(file(status));
    expect([entry.get('METHOD'), entry.get('STATUS'), entry.get('X-MICROSOFT-CDO-BUSYSTATUS')]).toEqual([
      method,
      shown,
      busy,
    ]);
  });

  test('escapes special characters, so that no input can add a field', () => {
    const entry = fields(file());
    expect(entry.get('SUMMARY')).toBe('Cut\\, long at Sharp\\; & Sons');
    expect(entry.get('LOCATION')).toBe('1 Main St\\, New York');
    for (const lineBreak of ['\n', '\r\n']) {
      const evil = `x${lineBreak}ATTENDEE:mailto:mallory@example.com`;
      const segments = [{ serviceName: evil, barberName: evil }] as unknown as BookingRecord['segments'];
      const text = file('confirmed', { segments }, { name: evil, address: evil });
      expect([...fields(text).keys()]).toEqual([...entry.keys()]);
    }
    expect(fields(file('confirmed', {}, { address: '' })).has('LOCATION')).toBe(false);
  });

  test('ends lines with CRLF and folds them at 75 bytes', () => {
    const text = file('confirmed', {}, { address: 'Zürichstraße 💈 '.repeat(20) });
    expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    const lengths = text.split('\r\n').map((line) => Buffer.byteLength(line));
    expect(Math.max(...lengths)).toBe(75);
    expect(fields(text).get('LOCATION')).toBe('Zürichstraße 💈 '.repeat(20));
  });
});
