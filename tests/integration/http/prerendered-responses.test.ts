import type { Availability } from '@bookedbarber/contract';
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { type InProcess, startInProcess } from '../../support/in-process.ts';
import { makeShop, type ShopFixture } from '../../support/shop-fixture.ts';

/** A Tuesday. */
const day = '2026-11-24';

let running: InProcess;
let fixture: ShopFixture;
let url: string;

beforeEach(async () => {
  running = await startInProcess(`${day}T08:00:30Z`, {
    REDIS_URL: inject('redisUrl'),
    REDIS_KEY_PREFIX: `prepared-${crypto.randomUUID().slice(0, 8)}`,
  });
  fixture = await makeShop(running.asOperator, { shop: { zone: 'UTC', policy: { min_notice_minutes: 30 } } });
  url = `/api/v1/shops/${fixture.shop.slug}/availability?segment=${fixture.services[0]?.id}:any&from=${day}&days=1`;
});
afterEach(() => running.close());

async function look() {
  const { body, headers, status } = await running.asGuest('GET', url);
  const starts = (body as Availability).days?.[0]?.starts.map((start) => start.slice(11, 16)) ?? [];
  return { status, starts, etag: headers.get('etag') ?? '', source: headers.get('x-cache') };
}

/** From here on the answer is kept: every part of it was in this process when it was made. */
async function untilPrerendered(): Promise<void> {
  await vi.waitFor(async () => expect((await look()).source).toBe('local'), { timeout: 5000, interval: 10 });
  await look();
}

describe('free times that are kept ready', () => {
  test('are the same as when they were made, and are not sent to who has them', async () => {
    const made = await look();
    await untilPrerendered();
    expect(await look()).toEqual({ ...made, source: 'local' });
    const again = await running.asGuest('GET', url, undefined, { 'if-none-match': made.etag });
    expect([again.status, again.body]).toEqual([304, '']);
  });

  test('count as hits of all that they were made of', async () => {
    await untilPrerendered();
    const hits = () => {
      const { policies } = running.context.cache.statistics();
      return ['business', 'static', 'bookings'].map((name) => policies[name]?.localHits ?? 0);
    };
    const before = hits();
    await look();
    // One shop, one menu, the day, and the three that a visit may reach into.
    expect(hits().map((count, index) => count - (before[index] ?? 0))).toEqual([1, 1, 4]);
  });

  test('lose a start as soon as its lead time is over', async () => {
    running.clock.set(`${day}T09:29:30Z`);
    await untilPrerendered();
    expect((await look()).starts[0]).toBe('10:00');
    running.clock.set(`${day}T09:30:00Z`);
    expect((await look()).starts[0]).toBe('10:00');
    running.clock.set(`${day}T09:30:00.001Z`);
    expect((await look()).starts[0]).toBe('10:10');
  });

  test('get a time back as soon as its hold is over', async () => {
    const held = await running.asGuest('POST', `/api/v1/shops/${fixture.shop.slug}/holds`, {
      segments: [{ service_id: fixture.services[0]?.id, barber_id: fixture.barbers[0]?.id }],
      start: `${day}T12:00:00Z`,
    });
    expect(held.status, JSON.stringify(held.body)).toBe(201);
    url = url.replace(':any', `:${fixture.barbers[0]?.id}`);
    const { expires_at: endsAt } = held.body as { expires_at: string };
    const endMs = Date.parse(endsAt);
    running.clock.set(new Date(endMs - 1).toISOString());
    await untilPrerendered();
    expect((await look()).starts).not.toContain('12:00');
    running.clock.set(endsAt);
    expect((await look()).starts).toContain('12:00');
  });

  test('count as answers of their own route, and have no address of their own', async () => {
    await untilPrerendered();
    const { body } = await running.asGuest('GET', '/metrics');
    expect(String(body)).toMatch(/route="\/api\/v1\/shops\/:shop\/availability"/);
    expect(String(body)).not.toContain('prepared');
    expect((await running.asGuest('GET', '/api/v1/prepared')).status).toBe(404);
    expect((await running.asGuest('POST', url, {})).status).toBe(405);
  });

  test('are made anew after a change', async () => {
    await untilPrerendered();
    expect((await look()).starts).not.toEqual([]);
    await running.asOperator('PATCH', `/api/v1/shops/${fixture.shop.slug}`, {
      policy: { min_notice_minutes: 24 * 60 },
    });
    expect((await look()).starts).toEqual([]);
  });
});
