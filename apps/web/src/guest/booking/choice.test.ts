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

test('comes back from the address as it went in', () => {
  expect(readChoice(writeChoice(choice))).toEqual(choice);
  expect(readChoice(writeChoice(choice).slice(1))).toEqual(choice);
});

test('an untouched page has no query', () => {
  expect(writeChoice(readChoice(''))).toBe('');
});

test('nonsense in the address is left out', () => {
  expect(readChoice('?step=hack&day=2026-02-31&start=soon')).toEqual(readChoice(''));
});

test('services that the shop does not offer, doubles and a sixth one are left out', () => {
  const wanted = ['gone', 'unstaffed', 'cut', 'cut', 'beard', 'shave', 'wash', 'color', 'fade'];
  const segments = wanted.map((serviceId) => ({ serviceId, barberId: null }));
  expect(fitToShop({ ...choice, segments }, shop).segments.map(({ serviceId }) => serviceId)).toEqual([
    'cut',
    'beard',
    'shave',
    'wash',
    'color',
  ]);
});

test('a barber who does not do the service becomes any barber', () => {
  const segments = [{ serviceId: 'beard', barberId: 'dee' }];
  expect(fitToShop({ ...choice, segments }, shop).segments).toEqual([{ serviceId: 'beard', barberId: null }]);
});

test('a step is shown only when the steps before it have their answers', () => {
  expect(fitToShop(choice, shop).step).toBe('details');
  expect(fitToShop({ ...choice, start: null }, shop).step).toBe('time');
  expect(fitToShop({ ...choice, segments: [] }, shop).step).toBe('services');
  expect(fitToShop({ ...choice, step: 'booked' }, shop).step).toBe('services');
  expect(fitToShop({ ...choice, step: 'booked', bookingId: 'b', segments: [] }, shop).step).toBe('booked');
});
