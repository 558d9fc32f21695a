import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Availability, BarberList, DateOverride, Shop, ShopList } from '@bookedbarber/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bookedbarber, type CommandResult } from '../../support/bookedbarber.ts';
import { type LocalServer, startLocalServer } from '../../support/local-server.ts';
import { sendTo } from '../../support/shop-fixture.ts';

let server: LocalServer;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bookedbarber-shop-'));
  server = await startLocalServer();
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server?.stop();
});

const command = (...args: string[]): Promise<CommandResult> =>
  bookedbarber(server, args, { workingFolder: folder });
const get = async <Body>(path: string): Promise<Body> =>
  (await sendTo(server.url, server.operatorToken)('GET', `/api/v1${path}`)).body;

function file(name: string, content: unknown): string {
  writeFileSync(join(folder, name), JSON.stringify(content));
  return name;
}

const bare = ['--name', 'Elm Street', '--zone', 'America/Chicago', '--currency', 'USD', '--country', 'US'];

describe('shop create', () => {
  test('creates a bookable shop from the printed example', async () => {
    const example = await command('shop', 'create', '--example');
    const { code, stdout } = await command(
      'shop',
      'create',
      '--from',
      file('shop.json', JSON.parse(example.stdout)),
    );
    expect(code).toBe(0);
    expect(stdout).toContain('3 services, 2 barbers, 1 closed day.');
    expect(stdout).toContain(`Clients can book at ${server.url}/s/harbour-lane`);

    const shop = await get<Shop>('/shops/harbour-lane');
    expect(shop).toMatchObject({
      zone: 'America/New_York',
      policy: { slot_interval_minutes: 15, min_notice_minutes: 120 },
    });
    const { overrides } = await get<{ overrides: DateOverride[] }>(
      '/shops/harbour-lane/overrides?from=2030-12-25&days=1',
    );
    expect(overrides).toMatchObject([{ barber_id: null, periods: [], reason: 'Christmas Day' }]);
    const segment = `${shop.services[0]?.id}:any`;
    const { days } = await get<Availability>(
      `/shops/harbour-lane/availability?segment=${segment}&from=${shop.today}&days=14`,
    );
    expect(days.flatMap((day) => day.starts).length).toBeGreaterThan(100);
  });

  test('creates a shop from flags, and lists what it lacks and the next step', async () => {
    const { code, stdout } = await command('shop', 'create', '--slug', 'elm-street', ...bare);
    expect(code).toBe(0);
    expect(stdout).toContain('Clients cannot book yet:\n  - it has no services\n  - it has no barbers\n');
    expect(stdout).toContain('bookedbarber shop create --from shop.json --slug elm-street --add-missing');
  });

  test('adds only the missing records with --add-missing', async () => {
    const from = (services: string[], barbers: unknown[]) =>
      file('part.json', {
        slug: 'in-parts',
        name: 'In Parts',
        zone: 'America/Chicago',
        currency: 'USD',
        country: 'US',
        services: services.map((code) => ({
          code,
          name: `Service ${code}`,
          duration_minutes: 30,
          price_cents: 100,
        })),
        barbers,
      });
    await command('shop', 'create', '--from', from(['CUT'], []));
    const again = await command('shop', 'create', '--from', from(['CUT'], []));
    expect([again.code, again.stderr]).toEqual([
      1,
      expect.stringContaining('The shop in-parts already exists.'),
    ]);

    const barbers = [{ name: 'Ada', services: ['CUT', 'DRY'], hours: { mon: '09:00-18:00' } }];
    const added = await command(
      'shop',
      'create',
      '--from',
      from(['DRY'], barbers),
      '--add-missing',
      '--json',
    );
    expect(JSON.parse(added.stdout)).toMatchObject({
      shop_created: false,
      services_created: 1,
      barbers_created: 1,
      bookable: true,
    });
    const staff = await get<BarberList>('/shops/in-parts/barbers');
    expect(staff.barbers[0]?.service_ids).toHaveLength(2);
    const unchanged = await command(
      'shop',
      'create',
      '--from',
      from(['DRY'], barbers),
      '--add-missing',
      '--json',
    );
    expect(JSON.parse(unchanged.stdout)).toMatchObject({ services_created: 0, barbers_created: 0 });
  });

  test('creates nothing if a barber offers an unknown service', async () => {
    const barbers = file('barbers.json', [{ name: 'Ada', services: ['PERM'] }]);
    const args = ['shop', 'create', '--slug', 'no-half', ...bare, '--barbers', barbers];
    const { code, stderr } = await command(...args);
    expect([code, stderr]).toEqual([1, expect.stringContaining('Ada: no service has the code PERM')]);
    expect((await command('shop', 'show', 'no-half')).stderr).toContain('The shop was not found');
  });

  test('reports validation errors of the server', async () => {
    const args = ['shop', 'create', '--slug', 'bad-phone', ...bare, '--phone', '(000) 000'];
    const { code, stderr } = await command(...args);
    expect([code, stderr]).toEqual([1, expect.stringContaining('The phone number is invalid')]);
    expect(stderr).not.toContain('The shop is incomplete');
  });

  test('shows how to continue after a partial failure', async () => {
    const example = await command('shop', 'create', '--example');
    const args = [
      'shop',
      'create',
      '--from',
      file('parts.json', JSON.parse(example.stdout)),
      '--slug',
      'parted',
    ];
    const real = globalThis.fetch;
    const failing: typeof fetch = (input, init) =>
      init?.method === 'POST' && String(input).endsWith('/barbers')
        ? Promise.reject(new TypeError('fetch failed'))
        : real(input, init);
    const { code, stderr } = await bookedbarber(server, args, { workingFolder: folder, fetch: failing });
    expect([code, stderr]).toEqual([1, expect.stringContaining('run the same command with --add-missing')]);
    const rest = await command(...args, '--add-missing', '--json');
    expect(JSON.parse(rest.stdout)).toMatchObject({
      services_created: 0,
      barbers_created: 2,
      bookable: true,
    });
  });

  test('does not recreate an inactive service', async () => {
    const shop = { slug: 'hidden', name: 'Hidden', zone: 'America/Chicago', currency: 'USD', country: 'US' };
    const services = [{ code: 'CUT', name: 'Cut', duration_minutes: 30, price_cents: 100 }];
    const from = file('hidden.json', { ...shop, services });
    await command('shop', 'create', '--from', from);
    const { services: made } = await get<Shop>('/shops/hidden');
    const path = `/api/v1/shops/hidden/services/${made[0]?.id}`;
    await sendTo(server.url, server.operatorToken)('PATCH', path, { active: false });
    const { code, stderr } = await command('shop', 'create', '--from', from, '--add-missing');
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('The shop has an inactive service with the code CUT.'),
    ]);
  });
});

describe('shop list and shop show', () => {
  test('print the shops and their details', async () => {
    await command('shop', 'create', '--slug', 'shown', ...bare);
    const list = await command('shop', 'list');
    expect(list.stdout).toMatch(/^slug +name +zone +address\n/);
    expect(list.stdout).toMatch(/\nshown +Elm Street +America\/Chicago\n/);
    const json: ShopList = JSON.parse((await command('shop', 'list', '--json')).stdout);
    expect(json.shops.map(({ slug }) => slug)).toContain('shown');
    const show = await command('shop', 'show', 'shown');
    expect(show.stdout).toContain('Clients cannot book yet:\n  - it has no services\n');
    const shown = JSON.parse((await command('shop', 'show', 'shown', '--json')).stdout);
    expect(shown).toMatchObject({ slug: 'shown', bookable: false, barbers: [] });
  });

  test('report a wrong token with a fix, and never print it', async () => {
    const wrong = { url: server.url, operatorToken: 'some-wrong-token' };
    const { code, stderr } = await bookedbarber(wrong, ['shop', 'show', 'shown']);
    expect(code).toBe(1);
    expect(stderr).toContain('Check the operator token');
    expect(stderr).not.toContain('some-wrong-token');
  });
});
