import { ServiceInput, ShopInput, WeeklySchedule } from '@bookedbarber/contract';
import { expect, test } from 'vitest';
import { validationErrors } from '../shop/setup/check-against.ts';
import { demoPlan } from './demo-shop.ts';

const plan = demoPlan('lantern-street', '2026-11-22');

test('the demo shop matches the schemas of the server', () => {
  expect(validationErrors(ShopInput, plan.shop)).toEqual([]);
  expect(plan.services.flatMap((service) => validationErrors(ServiceInput, service))).toEqual([]);
  expect(plan.barbers.flatMap((barber) => validationErrors(WeeklySchedule, barber.schedule))).toEqual([]);
});

test('every service is offered by a second barber besides the one who offers all', () => {
  const offered = new Set(
    plan.barbers.flatMap(({ serviceCodes }) => (serviceCodes === 'all' ? [] : serviceCodes)),
  );
  expect(plan.services.filter(({ code }) => !offered.has(code))).toEqual([]);
});

test('the closed day is a future Wednesday', () => {
  expect(plan.closedDays.map(({ date }) => date)).toEqual(['2026-12-09']);
});
