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

test('a shop is bookable if a barber with weekly hours offers a service', () => {
  expect(missingSetup(shop, [ada])).toEqual([]);
  expect(hiddenOfferings(shop, [ada])).toEqual([]);
});

test('a shop without services and barbers lacks both', () => {
  expect(missingSetup({ services: [] } as unknown as Shop, [])).toEqual([
    'it has no services',
    'it has no barbers',
  ]);
});

test('missing hours, services and active barbers are reported', () => {
  expect(missingSetup(shop, [{ ...ada, schedule: [] }])).toEqual(['Ada has no weekly hours']);
  expect(missingSetup(shop, [{ ...ada, service_ids: [] }])).toEqual(['Ada offers no services']);
  expect(missingSetup(shop, [{ ...ada, active: false }])).toEqual(['it has no barbers']);
});

test('services without a working barber and barbers without hours are reported for a bookable shop', () => {
  const shave = { ...service, id: 'shave', name: 'Shave' };
  const two = { services: [service, shave] } as unknown as Shop;
  const idle = { ...ada, id: 'ben', name: 'Ben', service_ids: ['shave'], schedule: [] };
  expect(hiddenOfferings(two, [ada, idle])).toEqual([
    'no barber with weekly hours offers Shave',
    'Ben has no weekly hours',
  ]);
});
