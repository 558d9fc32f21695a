import type { Analytics, BarberList, BookingList, DateOverride, Shop, TimeOff } from '@bookedbarber/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { processContext } from '../../../apps/cli/src/shared/io.ts';
import { bookedbarber } from '../../support/bookedbarber.ts';
import { type LocalServer, startLocalServer } from '../../support/local-server.ts';
import { sendTo } from '../../support/shop-fixture.ts';

/** A Tuesday at noon in New York. The data of the demo depends on the day. */
const clock = { nowMs: () => Date.parse('2026-11-24T12:00:00-05:00') };

let server: LocalServer;
beforeAll(async () => {
  server = await startLocalServer({ clock });
});
afterAll(() => server?.stop());

const demo = async (...args: string[]) =>
  JSON.parse((await bookedbarber(server, ['demo', '--json', ...args], clock)).stdout);
const get = async <Result>(path: string): Promise<Result> =>
  (await sendTo(server.url, server.operatorToken)('GET', `/api/v1${path}`)).body;

async function figures(slug: string) {
  const { today } = await get<Shop>(`/shops/${slug}`);
  const { total } = await get<Analytics>(
    `/shops/${slug}/analytics?from=${daysFrom(today, -42)}&to=${daysFrom(today, 14)}`,
  );
  return total;
}

function daysFrom(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}

describe('the demo shop', () => {
  test('has past appointments, upcoming bookings, time off and a closed day', async () => {
    expect(await demo()).toMatchObject({ slug: 'lantern-street', created: true, services: 9, barbers: 4 });
    const shop = await get<Shop>('/shops/lantern-street');
    expect(shop.services).toHaveLength(9);
    const total = await figures('lantern-street');
    expect(total.completed).toBeGreaterThan(500);
    expect(total.no_shows).toBeGreaterThan(10);
    expect(total.cancelled).toBeGreaterThan(10);
    const ahead = await get<BookingList>(`/shops/lantern-street/bookings?from=${shop.today}&days=16`);
    expect(ahead.bookings.length).toBeGreaterThan(10);
    expect(new Set(ahead.bookings.map(({ status }) => status))).toEqual(new Set(['confirmed']));
    const { barbers } = await get<BarberList>('/shops/lantern-street/barbers');
    const tobias = barbers.find(({ code }) => code === 'tobias')?.id;
    const absences = await get<{ time_off: TimeOff[] }>(`/shops/lantern-street/barbers/${tobias}/time-off`);
    expect(absences.time_off).toHaveLength(1);
    const path = `/shops/lantern-street/overrides?from=${shop.today}&days=31`;
    expect((await get<{ overrides: DateOverride[] }>(path)).overrides).toHaveLength(1);
  });

  test('is not changed by a second run', async () => {
    const before = await figures('lantern-street');
    expect(await demo()).toMatchObject({ created: false, past_rows: 0, upcoming_bookings: 0 });
    expect(await figures('lantern-street')).toEqual(before);
    const { stdout } = await bookedbarber(server, ['demo'], clock);
    expect(stdout).toContain('already exists; nothing was changed.');
  });

  test('is completed by the next run after an interruption, without duplicates', async () => {
    const { fetch } = processContext();
    let posts = 0;
    const failing: typeof fetch = (input, init) => {
      if (init?.method === 'POST') posts += 1;
      // Fails during the upcoming bookings.
      return posts > 25 ? Promise.reject(new TypeError('fetch failed')) : fetch(input, init);
    };
    const args = ['demo', '--slug', 'interrupted'];
    const { code } = await bookedbarber(server, args, { ...clock, fetch: failing, wait: async () => {} });
    expect(code).toBe(1);
    expect(await demo('--slug', 'interrupted')).toMatchObject({ created: true });
    const [interrupted, whole] = [await figures('interrupted'), await figures('lantern-street')];
    expect(interrupted.completed).toBe(whole.completed);
    expect(Math.abs(interrupted.bookings - whole.bookings)).toBeLessThan(4);
  });

  test('never changes a shop that is not the demo', async () => {
    const bare = ['--name', 'Mine', '--zone', 'America/Chicago', '--currency', 'USD', '--country', 'US'];
    await bookedbarber(server, ['shop', 'create', '--slug', 'mine', ...bare]);
    const { code, stderr } = await bookedbarber(server, ['demo', '--slug', 'mine']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('The shop mine is Mine, not the demo shop.')]);
    expect((await get<Shop>('/shops/mine')).services).toEqual([]);
  });
});
