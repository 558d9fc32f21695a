import type { Shop } from '@bookedbarber/contract';
import { expect, test } from 'vitest';
import { type Choice, fitToShop, readChoice, writeChoice } from './choice.ts';

const shop = {
  services: ['cut', 'beard', 'shave', 'wash', 'color', 'fade', 'unstaffed'].map((id) => ({ id })),
  barbers: [
    { id: 'sam', name: 'Sam', service_ids: ['cut', 'beard', 'shave', 'wash', 'color', 'fade'] },
    { id: 'dee', name: 'Dee', service_ids: ['cut'] },
  ],
} as unknown as Shop;

const choice: Choice = {
  step: 'details',
  segments: [
    { serviceId: 'cut', barberId: 'dee' },
    { serviceId: 'beard', barberId: null },
  ],
  day: '2026-11-24',
  start: '2026-11-24T10:30:00-05:00',
  bookingId: null,
};

test('a choice survives the round trip through the query', () => {
  expect(readChoice(writeChoice(choice))).toEqual(choice);
  expect(readChoice(writeChoice(choice).slice(1))).toEqual(choice);
});

test('a page without selections has no query', () => {
  expect(writeChoice(readChoice(''))).toBe('');
});

test('invalid query parameters are ignored', () => {
  expect(readChoice('?step=hack&day=2026-02-31&start=soon')).toEqual(readChoice(''));
});

test('services that the shop does not offer, duplicates and a sixth service are removed', () => {
  const requested = ['gone', 'unstaffed', 'cut', 'cut', 'beard', 'shave', 'wash', 'color', 'fade'];
  const segments = requested.map((serviceId) => ({ serviceId, barberId: null }));
  expect(fitToShop({ ...choice, segments }, shop).segments.map(({ serviceId }) => serviceId)).toEqual([
    'cut',
    'beard',
    'shave',
    'wash',
    'color',
  ]);
});

test('a barber who does not offer the service is replaced by any barber', () => {
  const segments = [{ serviceId: 'beard', barberId: 'dee' }];
  expect(fitToShop({ ...choice, segments }, shop).segments).toEqual([{ serviceId: 'beard', barberId: null }]);
});

test('a step is shown only if all earlier steps are complete', () => {
  expect(fitToShop(choice, shop).step).toBe('details');
  expect(fitToShop({ ...choice, start: null }, shop).step).toBe('time');
  expect(fitToShop({ ...choice, segments: [] }, shop).step).toBe('services');
  expect(fitToShop({ ...choice, step: 'booked' }, shop).step).toBe('services');
  expect(fitToShop({ ...choice, step: 'booked', bookingId: 'b', segments: [] }, shop).step).toBe('booked');
});
