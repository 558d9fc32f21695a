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
    REDIS_KEY_PREFIX: `prerendered-${crypto.randomUUID().slice(0, 8)}`,
    RATE_LIMIT_ENABLED: 'true',
    RATE_LIMIT_PER_MINUTE: '1000',
  });
  fixture = await makeShop(running.asOperator, { shop: { zone: 'UTC', policy: { min_notice_minutes: 30 } } });
  url = `/api/v1/shops/${fixture.shop.slug}/availability?segment=${fixture.services[0]?.id}:any&from=${day}&days=1`;
});
afterEach(() => running.close());

async function getAvailability() {
  const { body, headers, status } = await running.asGuest('GET', url);
  const starts = (body as Availability).days?.[0]?.starts.map((start) => start.slice(11, 16)) ?? [];
  return { status, starts, etag: headers.get('etag') ?? '', source: headers.get('x-cache') };
}

/** Resolves when the response is stored, which requires all its sources to be in the local tier when it is rendered. */
async function untilPrerendered(): Promise<void> {
  await vi.waitFor(async () => expect((await getAvailability()).source).toBe('local'), {
    timeout: 5000,
    interval: 10,
  });
  await getAvailability();
}

describe('pre-rendered availability responses', () => {
  test('equal the original response, and are not sent to a client that has their ETag', async () => {
    const original = await getAvailability();
    await untilPrerendered();
    expect(await getAvailability()).toEqual({ ...original, source: 'local' });
    const again = await running.asGuest('GET', url, undefined, { 'if-none-match': original.etag });
    expect([again.status, again.body]).toEqual([304, '']);
  });

  test('are not computed again', async () => {
    await untilPrerendered();
    const computed = vi.spyOn(running.context.dayReader, 'calendar');
    await getAvailability();
    expect(computed).not.toHaveBeenCalled();
    computed.mockRestore();
  });

  test('count as hits of all cache entries that they are based on', async () => {
    await untilPrerendered();
    const hits = () => {
      const { policies } = running.context.cache.statistics();
      return ['business', 'static', 'bookings'].map((name) => policies[name]?.localHits ?? 0);
    };
    const before = hits();
    await getAvailability();
    // The shop, the menu, the day, and the three following days that a booking may extend into.
    expect(hits().map((count, index) => count - (before[index] ?? 0))).toEqual([1, 1, 4]);
  });

  test('drop a start as soon as it is within the minimum notice', async () => {
    running.clock.set(`${day}T09:29:30Z`);
    await untilPrerendered();
    expect((await getAvailability()).starts[0]).toBe('10:00');
    running.clock.set(`${day}T09:30:00Z`);
    expect((await getAvailability()).starts[0]).toBe('10:00');
    running.clock.set(`${day}T09:30:00.001Z`);
    expect((await getAvailability()).starts[0]).toBe('10:10');
  });

  test('include a time as soon as its hold expires', async () => {
    const held = await running.asGuest('POST', `/api/v1/shops/${fixture.shop.slug}/holds`, {
      segments: [{ service_id: fixture.services[0]?.id, barber_id: fixture.barbers[0]?.id }],
      start: `${day}T12:00:00Z`,
    });
    expect(held.status, JSON.stringify(held.body)).toBe(201);
    url = url.replace(':any', `:${fixture.barbers[0]?.id}`);
    const { expires_at: expiresAt } = held.body as { expires_at: string };
    running.clock.set(new Date(Date.parse(expiresAt) - 1).toISOString());
    await untilPrerendered();
    expect((await getAvailability()).starts).not.toContain('12:00');
    running.clock.set(expiresAt);
    expect((await getAvailability()).starts).toContain('12:00');
  });

  test('are counted in the metrics of their route and have the headers of every response', async () => {
    await untilPrerendered();
    const count = async () => {
      const { body } = await running.asGuest('GET', '/metrics');
      const line = /_count\{[^}]*route="\/api\/v1\/shops\/:shop\/availability"[^}]*\} (\d+)/.exec(
        String(body),
      );
      return Number(line?.[1]);
    };
    const before = await count();
    expect(before).toBeGreaterThan(0);
    const { headers } = await running.asGuest('GET', url);
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('ratelimit')).toContain('"minute"');
    expect(await count()).toBe(before + 1);
  });

  test('are sent only for GET and HEAD requests to their own URL', async () => {
    await untilPrerendered();
    const head = await running.app.inject({ method: 'HEAD', url });
    expect([head.statusCode, head.body, head.headers['x-cache']]).toEqual([200, '', 'local']);
    expect((await running.asGuest('POST', url, {})).status).toBe(405);
    expect((await running.asGuest('GET', `${url}&days=2`)).status).toBe(400);
  });

  test('are rendered again after a change', async () => {
    await untilPrerendered();
    expect((await getAvailability()).starts).not.toEqual([]);
    await running.asOperator('PATCH', `/api/v1/shops/${fixture.shop.slug}`, {
      policy: { min_notice_minutes: 24 * 60 },
    });
    expect((await getAvailability()).starts).toEqual([]);
  });
});
