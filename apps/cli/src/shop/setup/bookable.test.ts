import type { Barber, Shop } from '@bookedbarber/contract';
import { expect, test } from 'vitest';
import { parseHours } from '../file/opening-hours.ts';
import { hiddenOfferings, missingSetup } from './bookable.ts';

const service = {
  id: 'cut',
  code: 'CUT',
  name: 'Haircut',
  category: '',
  description: '',
  duration_minutes: 30,
  price_cents: 1,
};
const ada: Barber = {
  id: 'ada',
  code: 'ada',
  name: 'Ada',
  email: null,
  active: true,
  service_ids: ['cut'],
  schedule: parseHours({ mon: '09:00-18:00' }),
};
const shop = { services: [service] } as unknown as Shop;

test('a shop can be booked when somebody who works offers something', () => {
  expect(missingSetup(shop, [ada])).toEqual([]);
  expect(hiddenOfferings(shop, [ada])).toEqual([]);
});

test('a bare shop says all that it needs', () => {
  expect(missingSetup({ services: [] } as unknown as Shop, [])).toEqual([
    'it has no services',
    'it has no barbers',
  ]);
});

test('hours, services and barbers that do not meet are named', () => {
  expect(missingSetup(shop, [{ ...ada, schedule: [] }])).toEqual(['Ada has no weekly hours']);
  expect(missingSetup(shop, [{ ...ada, service_ids: [] }])).toEqual(['Ada offers no services']);
  expect(missingSetup(shop, [{ ...ada, active: false }])).toEqual(['it has no barbers']);
});

test('what nobody offers, and who does not work, is told though the shop can be booked', () => {
  const shave = { ...service, id: 'shave', name: 'Shave' };
  const two = { services: [service, shave] } as unknown as Shop;
  const idle = { ...ada, id: 'ben', name: 'Ben', service_ids: ['shave'], schedule: [] };
  expect(hiddenOfferings(two, [ada, idle])).toEqual([
    'nobody who works offers Shave',
    'Ben has no weekly hours',
  ]);
});
