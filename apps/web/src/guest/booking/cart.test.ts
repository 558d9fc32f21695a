import type { Shop } from '@bookedbarber/contract';
import { expect, test } from 'vitest';
import { formatPrice } from '../appointment/price.ts';
import { byCategory, cartOf, chooseBarber, toggleService } from './cart.ts';

const service = (id: string, category: string, duration_minutes: number, price_cents: number) => ({
  id,
  code: id,
  name: id,
  category,
  description: '',
  duration_minutes,
  price_cents,
});

const shop = {
  services: [
    service('cut', 'Hair', 30, 3500),
    service('beard', 'Beard', 20, 2050),
    service('fade', 'Hair', 45, 4500),
  ],
  barbers: [{ id: 'sam', name: 'Sam', service_ids: ['cut', 'beard'] }],
} as unknown as Shop;

test('adds up durations and prices, in the order of selection', () => {
  const segments = toggleService(toggleService([], 'beard'), 'cut');
  const cart = cartOf(shop, chooseBarber(segments, 'cut', 'sam'));
  expect(cart.lines.map(({ service: { id }, barber }) => [id, barber?.name])).toEqual([
    ['beard', undefined],
    ['cut', 'Sam'],
  ]);
  expect([cart.minutes, cart.cents]).toEqual([50, 5550]);
});

test('selecting a service again removes it, and a sixth service is not added', () => {
  expect(toggleService([{ serviceId: 'cut', barberId: 'sam' }], 'cut')).toEqual([]);
  const five = ['a', 'b', 'c', 'd', 'e'].reduce(toggleService, [] as ReturnType<typeof toggleService>);
  expect(toggleService(five, 'f')).toEqual(five);
});

test('groups services by category, in the order of the shop', () => {
  expect(byCategory(shop.services).map(({ category, services }) => [category, services.length])).toEqual([
    ['Hair', 2],
    ['Beard', 1],
  ]);
});

test('formats prices in their currency, with and without cents', () => {
  expect(formatPrice(3500, 'USD')).toBe('$35');
  expect(formatPrice(3550, 'USD')).toBe('$35.50');
  expect(formatPrice(1250, 'EUR')).toBe('€12.50');
  expect(formatPrice(3000, 'JPY')).toBe('¥3,000');
});
