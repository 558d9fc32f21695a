import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
  Analytics,
  Availability,
  BarberList,
  BookingCreated,
  BookingList,
  Shop,
} from '@bookedbarber/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DataSetReport } from '../../../apps/cli/src/import/report/data-set-report.ts';
import { bookedbarber } from '../../support/bookedbarber.ts';
import { type LocalServer, startLocalServer } from '../../support/local-server.ts';
import { type Send, sendTo } from '../../support/shop-fixture.ts';

const dataSet = fileURLToPath(new URL('../../support/fixtures/salon/book', import.meta.url));
const broken = fileURLToPath(new URL('../../support/fixtures/salon/broken', import.meta.url));
const noServer = { url: 'http://127.0.0.1:9', operatorToken: 'unused-token' };

let server: LocalServer;
let asOperator: Send;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bookedbarber-import-'));
  server = await startLocalServer();
  asOperator = sendTo(server.url, server.operatorToken);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server?.stop();
});

const importDataSet = async (shop: string, ...more: string[]): Promise<DataSetReport> =>
  JSON.parse(
    (await bookedbarber(server, ['import', 'salon', dataSet, '--shop', shop, '--json', ...more])).stdout,
  );

const get = async <Result>(path: string): Promise<Result> => (await asOperator('GET', `/api/v1${path}`)).body;

describe('a dry run', () => {
  test('needs no server and reports the whole export', async () => {
    const { code, stdout, stderr } = await bookedbarber(noServer, [
      'import',
      'salon',
      dataSet,
      '--dry-run',
      '--json',
    ]);
    expect([code, stderr]).toEqual([0, '']);
    const report: DataSetReport = JSON.parse(stdout);
    expect(report.bookings).toMatchObject({
      rows: 15,
      clients: 9,
      unnamed_client_lines: [9],
      slot_interval_minutes: 10,
    });
    expect(report.bookings.by_status).toEqual({ completed: 11, no_show: 1, cancelled: 3 });
    expect(report.appointments).toEqual({
      appointments: 12,
      several_services: 3,
      several_staff: 1,
      mixed_statuses: 2,
      bookings: 14,
    });
    expect(report.cancellations).toMatchObject({
      rows: 5,
      matched: 2,
      repeated: 1,
      unmatched: 2,
      unmatched_lines: [5, 6],
      by_client: 4,
      by_shop: 1,
      same_day: 1,
      after_the_day: 1,
    });
    expect(report.overlaps.conflicts).toEqual([
      {
        line: 3,
        staff: 'kim',
        date: '2024-03-05',
        start: '09:20',
        minutes: 30,
        overlaps_line: 2,
        by_minutes: 10,
      },
    ]);
    expect(report.overlaps.chained).toMatchObject([{ line: 4, overlaps_line: 3, by_minutes: 10 }]);
    expect(report.renamed).toEqual([{ of: 'service COL', from: 'Colour (full)', to: 'Colour full' }]);
    expect(report.imported).toBeNull();
  });

  test('prints a readable report that marks inferred hours and lists each overlap', async () => {
    const { stdout } = await bookedbarber(noServer, ['import', 'salon', dataSet, '--dry-run']);
    expect(stdout).toContain('Staff and their weekly hours (inferred; check them)');
    expect(stdout).toMatch(/kim +10 +3 +4 +1 +Tue 09:00-18:00\n/);
    expect(stdout).toMatch(/ 3 {2}kim +2024-03-05 {2}09:20 +30 {2}line 2 by 10 min\n/);
    expect(stdout).toContain('service COL: "Colour (full)" changed to "Colour full"');
    expect(stdout.endsWith('Dry run: nothing was sent.\n')).toBe(true);
  });
});

describe('invalid rows', () => {
  test('stop the import and are reported with line and reason', async () => {
    const { code, stdout, stderr } = await bookedbarber(noServer, ['import', 'salon', broken]);
    expect(code).toBe(1);
    expect(stderr).toContain('6 rows are invalid. Nothing was sent.');
    expect(stdout.match(/bookings\.csv line \d+: .*/g)).toEqual([
      'bookings.csv line 3: service "PERM" is not in services.csv',
      'bookings.csv line 4: date "2024-02-30" does not exist in the calendar',
      'bookings.csv line 5: start "25:10" is not a time such as 15:50',
      'bookings.csv line 6: has 4 columns, but the header has 7',
      'bookings.csv line 7: status "moved" is not one of completed, no_show, cancelled',
      'bookings.csv line 8: cancelled_on is set, but status is completed',
    ]);
  });

  test('are skipped with --skip-bad-rows, and still reported', async () => {
    const args = ['import', 'salon', broken, '--shop', 'broken-book', '--skip-bad-rows', '--json'];
    const { code, stdout } = await bookedbarber(server, args);
    const report: DataSetReport = JSON.parse(stdout);
    expect([code, report.invalid_rows.length, report.imported?.rows_imported]).toEqual([0, 6, 2]);
  });
});

describe('an import', () => {
  test('with --no-bookings creates the shop, services and staff, but no bookings', async () => {
    const args = ['import', 'salon', dataSet, '--shop', 'no-bookings', '--no-bookings', '--json'];
    const { code, stdout } = await bookedbarber(server, args);
    const { imported }: DataSetReport = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(imported).toMatchObject({ services_created: 3, barbers_created: 2, rows_imported: 0 });
    const { total } = await get<Analytics>('/shops/no-bookings/analytics?from=2024-03-01&to=2024-03-31');
    expect(total.bookings).toBe(0);
  });

  test('adds nothing when it is repeated', async () => {
    const first = await importDataSet('twice');
    expect(first.imported).toMatchObject({ shop_created: true, services_created: 3, barbers_created: 2 });
    expect(first.imported).toMatchObject({ rows_imported: 15, rows_skipped: 0, rejected: [] });
    const second = await importDataSet('twice');
    expect(second.imported).toMatchObject({ shop_created: false, services_created: 0, barbers_created: 0 });
    expect(second.imported).toMatchObject({ rows_imported: 0, rows_skipped: 15, rejected: [] });
    const { total } = await get<Analytics>('/shops/twice/analytics?from=2024-03-01&to=2024-03-31');
    expect(total).toMatchObject({ bookings: 14, services: 15, completed: 11, no_shows: 1, cancelled: 3 });
    expect(total.revenue_cents).toBe(6 * 3000 + 4 * 7000 + 2500);
  });

  test('groups services into appointments in the time zone of the shop, including overlaps', async () => {
    await importDataSet('kept', '--zone', 'Europe/Berlin');
    const { bookings } = await get<BookingList>('/shops/kept/bookings?from=2024-03-05&days=1');
    const appointments = bookings.map(({ client, starts_at, segments }) => [
      client.name,
      starts_at,
      segments.map((segment) => `${segment.service_name} by ${segment.barber_name}`),
    ]);
    expect(appointments).toEqual([
      ['client-01', '2024-03-05T09:00:00+01:00', ['Haircut by kim']],
      ['client-02', '2024-03-05T09:20:00+01:00', ['Haircut by kim']],
      ['client-03', '2024-03-05T09:40:00+01:00', ['Haircut by kim']],
      ['client-04', '2024-03-05T10:00:00+01:00', ['Colour full by Robin Ash', 'Blow dry, bundle +1 by kim']],
    ]);
  });

  test('creates a bookable shop whose staff offer the services that they had bookings for', async () => {
    await importDataSet('bookable');
    const shop = await get<Shop>('/shops/bookable');
    const { barbers } = await get<BarberList>('/shops/bookable/barbers');
    expect(
      barbers.map(({ code, name, active, service_ids }) => [code, name, active, service_ids.length]),
    ).toEqual([
      ['robin-ash', 'Robin Ash', true, 3],
      ['kim', 'kim', true, 3],
    ]);
    expect(shop.policy.slot_interval_minutes).toBe(10);
    const segments = [{ service_id: shop.services.find(({ code }) => code === 'CUT')?.id ?? '' }];
    const query = `segment=${segments[0]?.service_id}:any&from=${shop.today}&days=10`;
    const { days } = await get<Availability>(`/shops/bookable/availability?${query}`);
    const start = days.flatMap((day) => day.starts).at(-1);
    const asGuest = sendTo(server.url);
    const client = { name: 'Zoë', email: 'zoe@example.com' };
    const response = await asGuest('POST', '/api/v1/shops/bookable/bookings', { segments, start, client });
    expect(response.status, JSON.stringify(response.body)).toBe(201);
    expect((response.body as BookingCreated).booking.status).toBe('confirmed');
  });

  test('does not undo changes made after an earlier import', async () => {
    await importDataSet('changed');
    const { barbers } = await get<BarberList>('/shops/changed/barbers');
    const path = `/api/v1/shops/changed/barbers/${barbers[0]?.id}`;
    await asOperator('PATCH', path, { name: 'Robin Ashford', schedule: [] });
    await importDataSet('changed');
    const after = await get<BarberList>('/shops/changed/barbers');
    expect(after.barbers.map(({ name, schedule }) => [name, schedule.length])).toContainEqual([
      'Robin Ashford',
      0,
    ]);
    expect(after.barbers).toHaveLength(2);
  });

  test('with another time zone than the shop is rejected before anything is sent', async () => {
    await importDataSet('clock');
    const args = ['import', 'salon', dataSet, '--shop', 'clock', '--zone', 'Asia/Tokyo'];
    const methods: (string | undefined)[] = [];
    const recording: typeof fetch = (input, init) => {
      methods.push(init?.method);
      return fetch(input, init);
    };
    const { code, stderr } = await bookedbarber(server, args, { fetch: recording });
    expect(code).toBe(1);
    expect([...new Set(methods)]).toEqual(['GET']);
    expect(stderr).toContain('The time zone of the shop clock is America/New_York, not Asia/Tokyo.');
    expect(stderr).toContain('Add --zone America/New_York');
  });
});

test('--report writes the report to a file, as text or as JSON', async () => {
  const [text, json] = [join(folder, 'report.txt'), join(folder, 'report.json')];
  const { stdout } = await bookedbarber(noServer, [
    'import',
    'salon',
    dataSet,
    '--dry-run',
    '--report',
    text,
  ]);
  expect(stdout).toContain(readFileSync(text, 'utf8'));
  await bookedbarber(server, ['import', 'salon', dataSet, '--shop', 'filed', '--report', json]);
  expect(JSON.parse(readFileSync(json, 'utf8')).imported.rows_imported).toBe(15);
});
