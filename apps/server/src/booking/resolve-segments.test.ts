import { describe, expect, test } from 'vitest';
import type { ServiceRecord } from '../catalog/catalog.ts';
import type { BarberRecord } from '../staff/staff.ts';
import { parseSegmentParameters } from './availability/availability.ts';
import { barbersOf, resolveSegments } from './resolve-segments.ts';

const id = (letter: string) => `${letter.repeat(8)}-0000-4000-8000-000000000000`;
const service = (letter: string): ServiceRecord => ({
  id: id(letter),
  shopId: 'shop',
  code: letter,
  name: `Service ${letter}`,
  category: '',
  description: '',
  durationMinutes: 30,
  bufferBeforeMinutes: 5,
  bufferAfterMinutes: 10,
  priceCents: 3000,
  active: true,
});
const barber = (letter: string, ...serviceIds: string[]): BarberRecord => ({
  id: id(letter),
  code: null,
  name: letter,
  email: null,
  active: true,
  serviceIds,
});
const services = [service('a'), service('b')];
const barbers = [barber('c', id('a')), barber('d', id('a'), id('b'))];
const codeOf = (request: { service_id: string; barber_id?: string | null }): string => {
  try {
    resolveSegments([request], services, barbers);
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'none';
};

describe('a segment request', () => {
  test('takes duration, buffers and price from the service', () => {
    expect(resolveSegments([{ service_id: id('a'), barber_id: id('d') }], services, barbers)).toEqual([
      {
        serviceId: id('a'),
        durationMinutes: 30,
        bufferBeforeMinutes: 5,
        bufferAfterMinutes: 10,
        priceCents: 3000,
        barberIds: [id('d')],
      },
    ]);
  });

  test('without a barber, or with null, matches every barber who offers the service', () => {
    const requests = [{ service_id: id('a') }, { service_id: id('b'), barber_id: null }];
    const segments = resolveSegments(requests, services, barbers);
    expect(segments.map((segment) => segment.barberIds)).toEqual([[id('c'), id('d')], [id('d')]]);
    expect(barbersOf(segments)).toEqual([id('c'), id('d')]);
  });

  test('accepts uppercase UUIDs', () => {
    const request = { service_id: id('a').toUpperCase(), barber_id: id('d').toUpperCase() };
    expect(resolveSegments([request], services, barbers)[0]?.barberIds).toEqual([id('d')]);
  });

  test.each([
    ['service_unknown', { service_id: id('e') }],
    ['service_unknown', { service_id: id('c') }],
    ['barber_unknown', { service_id: id('a'), barber_id: id('e') }],
    ['barber_does_not_offer', { service_id: id('b'), barber_id: id('c') }],
  ])('fails with %s for %o', (code, request) => {
    expect(codeOf(request)).toBe(code);
  });
});

test('availability parameters specify a service and either a barber or "any"', () => {
  expect(
    parseSegmentParameters([`${id('a')}:any`, `${id('B').toUpperCase()}:${id('C').toUpperCase()}`]),
  ).toEqual([
    { service_id: id('a'), barber_id: null },
    { service_id: id('b'), barber_id: id('c') },
  ]);
});
