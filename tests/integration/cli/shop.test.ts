import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Availability, BarberList, DateOverride, Shop, ShopList } from '@bookedbarber/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bookedbarber, type Said } from '../../support/bookedbarber.ts';
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

const command = (...args: string[]): Promise<Said> => bookedbarber(server, args, { workingFolder: folder });
const get = async <Answer>(path: string): Promise<Answer> =>
  (await sendTo(server.url, server.operatorToken)('GET', `/api/v1${path}`)).body;

function file(name: string, content: unknown): string {
  writeFileSync(join(folder, name), JSON.stringify(content));
  return name;
}

const bare = ['--name', 'Elm Street', '--zone', 'America/Chicago', '--currency', 'USD', '--country', 'US'];

describe('shop create', () => {
  test('makes a shop that can be booked from the printed example', async () => {
    const example = await command('shop', 'create', '--example');
    const { code, stdout } = await command(
      'shop',
      'create',
      '--from',
      file('shop.json', JSON.parse(example.stdout)),
    );
    expect(code).toBe(0);
    expect(stdout).toContain('3 services, 2 barbers, 1 closed day.');
    expect(stdout).toContain(`It can be booked at ${server.url}/s/harbour-lane`);

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

  test('makes a bare shop and says what it lacks and how to go on', async () => {
    const { code, stdout } = await command('shop', 'create', '--slug', 'elm-street', ...bare);
    expect(code).toBe(0);
    expect(stdout).toContain('It cannot be booked yet:\n  - it has no services\n  - it has no barbers\n');
    expect(stdout).toContain('bookedbarber shop create --from shop.json --slug elm-street --add-missing');
  });

  test('adds to a shop what it lacks, and changes nothing else', async () => {
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
      expect.stringContaining('There is a shop in-parts already.'),
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
    const nothing = await command(
      'shop',
      'create',
      '--from',
      from(['DRY'], barbers),
      '--add-missing',
      '--json',
    );
    expect(JSON.parse(nothing.stdout)).toMatchObject({ services_created: 0, barbers_created: 0 });
  });

  test('leaves no half shop behind when a barber offers what there is not', async () => {
    const barbers = file('barbers.json', [{ name: 'Ada', services: ['PERM'] }]);
    const args = ['shop', 'create', '--slug', 'no-half', ...bare, '--barbers', barbers];
    const { code, stderr } = await command(...args);
    expect([code, stderr]).toEqual([1, expect.stringContaining('Ada: no service has the code PERM')]);
    expect((await command('shop', 'show', 'no-half')).stderr).toContain('There is no such shop');
  });

  test('tells what the server refuses', async () => {
    const args = ['shop', 'create', '--slug', 'bad-phone', ...bare, '--phone', '(000) 000'];
    const { code, stderr } = await command(...args);
    expect([code, stderr]).toEqual([1, expect.stringContaining('The telephone number is not valid')]);
    expect(stderr).not.toContain('made in part');
  });

  test('says how to go on when it could make only a part', async () => {
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

  test('does not make a service anew that was switched off', async () => {
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
      expect.stringContaining('The shop has a service CUT that is switched off.'),
    ]);
  });
});

describe('shop list and shop show', () => {
  test('show what there is', async () => {
    await command('shop', 'create', '--slug', 'shown', ...bare);
    const list = await command('shop', 'list');
    expect(list.stdout).toMatch(/^slug +name +zone +address\n/);
    expect(list.stdout).toMatch(/\nshown +Elm Street +America\/Chicago\n/);
    const json: ShopList = JSON.parse((await command('shop', 'list', '--json')).stdout);
    expect(json.shops.map(({ slug }) => slug)).toContain('shown');
    const show = await command('shop', 'show', 'shown');
    expect(show.stdout).toContain('Cannot be booked yet:\n  - it has no services\n');
    const shown = JSON.parse((await command('shop', 'show', 'shown', '--json')).stdout);
    expect(shown).toMatchObject({ slug: 'shown', bookable: false, barbers: [] });
  });

  test('a wrong token is told with the mend, and is not shown', async () => {
    const wrong = { url: server.url, operatorToken: 'some-wrong-token' };
    const { code, stderr } = await bookedbarber(wrong, ['shop', 'show', 'shown']);
    expect(code).toBe(1);
    expect(stderr).toContain('Check the operator token');
    expect(stderr).not.toContain('some-wrong-token');
  });
});
