import { randomUUID } from 'node:crypto';
import { until } from '@bookedbarber/redis-tier/testing';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { warmUp } from '../../../apps/server/src/read-models/warm-up.ts';
import { type InProcess, startInProcess } from '../../support/in-process.ts';
import { everyDay, makeShop, type ShopFixture } from '../../support/shop-fixture.ts';

const never = new AbortController().signal;
let server: InProcess;
let fixture: ShopFixture;
beforeEach(async () => {
  server = await startInProcess('2026-11-24T08:29:00-05:00', {
    REDIS_URL: inject('redisUrl'),
    REDIS_KEY_PREFIX: `warm-${randomUUID().slice(0, 8)}`,
  });
  await until('the cache is available', () => server.context.cache.available);
  // The shop opens at 9:00.
  fixture = await makeShop(server.asOperator);
});
afterEach(() => server.close());

/** Lookups that waited for a load. */
const misses = () => server.context.cache.statistics().total.misses;

test('warms up a shop once in the half hour before it opens, so that the first requests are hits', async () => {
  expect(await warmUp(server.context, never), 'too early').toBe(0);
  server.clock.set('2026-11-24T08:31:00-05:00');
  expect(await warmUp(server.context, never)).toBe(1);
  const before = misses();
  // Loads return before their values are stored.
  await until(
    'the loaded values are stored',
    () => server.context.cache.statistics().local.entries === before,
  );
  expect(await warmUp(server.context, never), 'once a day').toBe(0);
  const path = `/api/v1/shops/${fixture.shop.slug}`;
  const page = await server.asGuest('GET', path);
  const week = await server.asGuest(
    'GET',
    `${path}/availability?segment=${fixture.services[0]?.id}:any&from=2026-11-24&days=7`,
  );
  expect([page.status, week.status]).toEqual([200, 200]);
  expect(misses()).toBe(before);
  server.clock.set('2026-11-25T08:31:00-05:00');
  expect(await warmUp(server.context, never), 'the next day').toBe(1);
});

test('does not warm up a shop that has opened or is closed', async () => {
  server.clock.set('2026-11-24T09:00:00-05:00');
  expect(await warmUp(server.context, never)).toBe(0);
  await server.asOperator('POST', `/api/v1/shops/${fixture.shop.slug}/overrides`, {
    date: '2026-11-25',
    periods: [],
  });
  const before = misses();
  server.clock.set('2026-11-25T08:31:00-05:00');
  expect(await warmUp(server.context, never), 'closed all day').toBe(0);
  expect(misses()).toBe(before);
});

test('an evening shop that works past midnight is warmed up before its evening', async () => {
  const schedule = everyDay.map(({ weekday }) => ({
    weekday,
    periods: [{ starts_minute: 1200, ends_minute: 1560 }],
  }));
  await server.context.db.updateTable('barber').set({ active: false }).execute();
  await makeShop(server.asOperator, { barbers: [{ name: 'Ada', schedule }] });
  server.clock.set('2026-11-25T00:30:00-05:00');
  expect(await warmUp(server.context, never), 'during the night shift').toBe(0);
  server.clock.set('2026-11-25T19:29:59-05:00');
  expect(await warmUp(server.context, never)).toBe(0);
  server.clock.set('2026-11-25T19:30:00-05:00');
  expect(await warmUp(server.context, never)).toBe(1);
});
