import { afterAll, beforeAll, expect, test } from 'vitest';
import { type InProcess, startInProcess } from '../../support/in-process.ts';
import { startServer } from '../../support/server.ts';
import { makeShop, sendTo } from '../../support/shop-fixture.ts';

let server: InProcess;
beforeAll(async () => {
  server = await startInProcess('2026-11-23T08:00:00-05:00');
});
afterAll(() => server.close());

test('a live process reports ok, and a ready one reports ready', async () => {
  expect((await server.asGuest('GET', '/healthz')).body).toEqual({ status: 'ok' });
  expect((await server.asGuest('GET', '/readyz')).body).toMatchObject({ status: 'ready' });
});

test.each([
  ['a successful response', '/healthz', 200],
  ['an error response', '/api/v1/shops/nowhere', 404],
  ['the response for a malformed URL', '/api/v1/%zz', 400],
  ['the response for an unknown path', '/api/v1/nothing', 404],
  ['the documentation', '/docs/json', 200],
])('%s has the security headers', async (_name, path, status) => {
  const response = await server.asGuest('GET', path);
  expect(response.status).toBe(status);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-security-policy': expect.stringContaining("default-src 'self'"),
    'referrer-policy': 'no-referrer',
    'strict-transport-security': expect.stringMatching(/^max-age=\d{8}/),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
});

test('the log contains no secrets and no client data', async () => {
  const real = await startServer({ env: { LOG_LEVEL: 'trace' } });
  const asOperator = sendTo(real.url, real.operatorToken);
  let output = '';
  const secrets: string[] = [
    real.operatorToken,
    'booking-link-secret-for-tests',
    new URL(real.databaseUrl).password,
  ];
  try {
    const { shop, services } = await makeShop(asOperator, { shop: { zone: 'UTC' } });
    const date = new Date(Date.now() + 48 * 3_600_000).toISOString().slice(0, 10);
    const response = await sendTo(real.url)('POST', `/api/v1/shops/${shop.slug}/bookings`, {
      segments: [{ service_id: services[0]?.id }],
      start: `${date}T10:00:00Z`,
      client: { name: 'Zerlina', email: 'zerlina@example.com', phone: '+1 212 555 0123' },
    });
    const { booking, manage_url } = response.body as { booking: { id: string }; manage_url: string };
    const token = manage_url.split('#')[1] ?? '';
    await sendTo(real.url)('GET', `/api/v1/bookings/${booking.id}`, undefined, { 'booking-token': token });
    await sendTo(real.url)('GET', `/api/v1/bookings/${booking.id}`, undefined, {
      'booking-token': `${token}x`,
    });
    await sendTo(real.url, 'a-wrong-operator-token')('GET', `/api/v1/shops/${shop.slug}/clients`);
    expect(token).toHaveLength(43);
    secrets.push(
      token,
      'a-wrong-operator-token',
      'zerlina@example.com',
      'Zerlina',
      '2125550123',
      '212 555 0123',
    );
  } finally {
    await real.stop();
    output = real.output();
  }
  expect(output).toContain('/api/v1/bookings/');
  for (const secret of secrets) expect(output).not.toContain(secret);
});
