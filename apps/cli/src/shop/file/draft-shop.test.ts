import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { draftShop } from './draft-shop.ts';
import { shopExample } from './shop-example.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bookedbarber-shop-'));
  writeFileSync(join(folder, 'shop.json'), JSON.stringify(shopExample));
  writeFileSync(
    join(folder, 'services.csv'),
    'code,name,category,minutes,price_cents\nDRY,Dry cut,hair,25,2500\n',
  );
  writeFileSync(join(folder, 'bad.csv'), 'code,name,category,minutes,price_cents\nDRY,Dry cut,hair,0,2500\n');
  writeFileSync(join(folder, 'barbers.json'), JSON.stringify([{ name: 'Cleo', services: ['DRY'] }]));
  writeFileSync(join(folder, 'wrong.json'), JSON.stringify({ slug: 'elm', owner: 'me' }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bare = {
  slug: 'elm-street',
  name: 'Elm Street Barbers',
  zone: 'America/Chicago',
  currency: 'USD',
  country: 'US',
};

test('flags alone make a shop without services and barbers, and an organisation with the same name', async () => {
  expect(await draftShop(bare, folder)).toEqual({
    shop: { ...bare, organisation: { slug: 'elm-street', name: 'Elm Street Barbers' } },
    services: [],
    barbers: [],
    closedDays: [],
  });
});

test('flags override the fields of the file', async () => {
  const plan = await draftShop({ from: 'shop.json', slug: 'second-lane', services: 'services.csv' }, folder);
  expect(plan.shop).toMatchObject({
    slug: 'second-lane',
    name: 'Harbour Lane Barbers',
    zone: 'America/New_York',
  });
  expect(plan.shop.organisation.slug).toBe('harbour-lane');
  expect(plan.services.map(({ code }) => code)).toEqual(['DRY']);
});

test('services are read from CSV and barbers from JSON', async () => {
  const plan = await draftShop({ ...bare, services: 'services.csv', barbers: 'barbers.json' }, folder);
  expect(plan.services[0]).toMatchObject({ code: 'DRY', duration_minutes: 25, price_cents: 2500 });
  expect(plan.barbers[0]).toMatchObject({ code: 'Cleo', serviceCodes: ['DRY'], schedule: [] });
});

test('flags set the organisation', async () => {
  const plan = await draftShop({ ...bare, organisationSlug: 'elm', organisationName: 'Elm Group' }, folder);
  expect(plan.shop.organisation).toEqual({ slug: 'elm', name: 'Elm Group' });
});

test.each([
  [{ ...bare, zone: 'Mars/Base', currency: 'usd' }, 2, ['currency:', 'zone: Mars/Base']],
  [{ from: 'wrong.json' }, 1, ['owner: is not a known field']],
  [{ ...bare, services: 'bad.csv' }, 1, ['line 2: minutes "0"']],
  [{ from: 'nothing.json' }, 1, []],
])('%j is rejected with every error', async (flags, exitCode, details) => {
  await expect(draftShop(flags, folder)).rejects.toMatchObject({
    exitCode,
    details: details.map((detail) => expect.stringContaining(detail)),
  });
});
