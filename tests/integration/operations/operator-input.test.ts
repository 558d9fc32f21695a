import { afterAll, beforeAll, describe, test } from 'vitest';
import { expectProblem } from '../../support/http/expect-problem.ts';
import { type InProcess, startInProcess } from '../../support/in-process.ts';
import { makeShop, type ShopFixture } from '../../support/shop-fixture.ts';

const unknownId = '00000000-0000-4000-8000-000000000000';

let server: InProcess;
let fixture: ShopFixture;
let otherShop: ShopFixture;
let shop: string;
beforeAll(async () => {
  server = await startInProcess('2026-11-23T08:00:00-05:00');
  fixture = await makeShop(server.asOperator);
  otherShop = await makeShop(server.asOperator);
  shop = `/api/v1/shops/${fixture.shop.slug}`;
});
afterAll(() => server.close());

describe('rejects', () => {
  const service = { code: 'NEW', name: 'New', duration_minutes: 30, price_cents: 100 };
  const period = (starts_minute: number, ends_minute: number) => ({ starts_minute, ends_minute });
  const barber = (fields: Record<string, unknown>) => ({ name: 'Ben', service_ids: [], ...fields });
  const row = (fields: Record<string, unknown>) => ({
    rows: [
      {
        ref: 'r',
        booking_ref: 'v',
        client_ref: 'c',
        client_name: 'C',
        barber_id: unknownId,
        service_id: unknownId,
        date: '2026-01-05',
        starts_minute: 600,
        duration_minutes: 30,
        price_cents: 0,
        status: 'completed',
        ...fields,
      },
    ],
  });
  const cases: [string, number, string, string, () => unknown][] = [
    ['a negative price', 400, 'invalid_request', '/services', () => ({ ...service, price_cents: -1 })],
    ['a fractional price', 400, 'invalid_request', '/services', () => ({ ...service, price_cents: 0.5 })],
    ['a price as a string', 400, 'invalid_request', '/services', () => ({ ...service, price_cents: '100' })],
    ['a huge price', 400, 'invalid_request', '/services', () => ({ ...service, price_cents: 1e15 })],
    [
      'an infinite price',
      400,
      'invalid_request',
      '/services',
      () => JSON.stringify(service).replace('100', '1e999'),
    ],
    [
      'a service with zero duration',
      400,
      'invalid_request',
      '/services',
      () => ({ ...service, duration_minutes: 0 }),
    ],
    ['a duplicate code', 409, 'record_conflict', '/services', () => ({ ...service, code: 'CUT' })],
    [
      'a barber with another shop’s service',
      422,
      'service_unknown',
      '/barbers',
      () => barber({ service_ids: [otherShop.services[0]?.id] }),
    ],
    [
      'a period that ends before it starts',
      400,
      'invalid_request',
      '/barbers',
      () => barber({ schedule: [{ weekday: 1, periods: [period(600, 540)] }] }),
    ],
    [
      'overlapping periods',
      400,
      'invalid_request',
      '/barbers',
      () => barber({ schedule: [{ weekday: 1, periods: [period(540, 700), period(600, 720)] }] }),
    ],
    [
      'a weekday twice',
      400,
      'invalid_request',
      '/barbers',
      () =>
        barber({
          schedule: [
            { weekday: 1, periods: [] },
            { weekday: 1, periods: [] },
          ],
        }),
    ],
    [
      'an eighth weekday',
      400,
      'invalid_request',
      '/barbers',
      () => barber({ schedule: [{ weekday: 8, periods: [] }] }),
    ],
    [
      'an override of another shop’s barber',
      404,
      'resource_not_found',
      '/overrides',
      () => ({ barber_id: otherShop.barbers[0]?.id, date: '2026-12-24', periods: [] }),
    ],
    [
      'an override of 30 February',
      400,
      'invalid_request',
      '/overrides',
      () => ({ date: '2027-02-30', periods: [] }),
    ],
    ['an import with a null byte', 400, 'invalid_request', '/imports', () => row({ ref: 'a\u0000b' })],
    [
      'an import with a null byte in the client',
      400,
      'invalid_request',
      '/imports',
      () => row({ client_ref: '\u0000' }),
    ],
    [
      'an import with a lone surrogate',
      400,
      'invalid_request',
      '/imports',
      () => row({ booking_ref: '\ud800' }),
    ],
  ];
  test.each(cases)('%s: %i %s', async (_name, status, code, path, body) => {
    const json = { 'content-type': 'application/json' };
    await expectProblem(server, status, code, () =>
      server.asOperator('POST', `${shop}${path}`, body(), json),
    );
  });
});
