import { expect, test } from 'vitest';
import { fits, validationErrors } from '../setup/check-against.ts';
import { shopExample } from './shop-example.ts';
import { ShopFile, toPlan } from './shop-file.ts';

test('the printed example is a valid file', () => {
  expect(validationErrors(ShopFile, shopExample)).toEqual([]);
  expect(fits(ShopFile, shopExample)).toBe(true);
  const plan = toPlan(shopExample);
  expect(plan.barbers.map((barber) => barber.code)).toEqual(['ada-moreau', 'jonas-whitfield']);
  expect(plan.barbers[0]?.serviceCodes).toBe('all');
  expect(plan.shop).not.toHaveProperty('services');
});

test('a shop without an organisation gets one with its own name', () => {
  const { organisation: _, ...file } = shopExample;
  expect(toPlan(file).shop.organisation).toEqual({ slug: 'harbour-lane', name: 'Harbour Lane Barbers' });
});

test('an error names its field and the expected value', () => {
  const wrong = {
    ...shopExample,
    slug: 'Harbour Lane',
    services: [{ code: 'CUT', name: '<b>Cut</b>', duration_minutes: 2, price_cents: 1, color: 'red' }],
  };
  expect(validationErrors(ShopFile, wrong)).toEqual(
    expect.arrayContaining([
      'slug: is invalid. Expected: Name used in URLs: lowercase letters, digits and hyphens',
      expect.stringMatching(/^services\[0\]\.name: is invalid\. Expected: Letters of any script/),
      'services[0].duration_minutes: must be >= 5',
      'services[0].color: is not a known field',
    ]),
  );
});

test('invalid hours are reported with their path', () => {
  const file = { ...shopExample, barbers: [{ name: 'Ada', hours: { mon: 'all day' } }] };
  expect(() => toPlan(file)).toThrow('barbers[0].hours: "all day" is not a period');
});

test('two barbers with the same code are rejected', () => {
  const file = { ...shopExample, barbers: [{ name: 'Ada' }, { name: 'Ada' }] };
  expect(() => toPlan(file)).toThrow('the code Ada occurs twice');
});
