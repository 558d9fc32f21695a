import { type FaultProxy, startFaultProxy } from '@bookedbarber/redis-tier/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { freePort } from '../../../dev/services/free-port.mjs';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeTlsFiles, type TlsFiles } from '../../support/doctor/doctor-redis.ts';
import { eventually } from '../../support/eventually.ts';
import { type LocalServer, startLocalServer } from '../../support/local-server.ts';
import { startTamperingProxy, type Tampered, type TamperingProxy } from '../../support/tampering-proxy.ts';
import { verify } from '../../support/verify/verify-target.ts';

const day = 86_400_000;

/** A server in production mode, with proxies in front of it, PostgreSQL and Redis. */
let server: LocalServer;
let database: TestDatabase;
let databaseProxy: FaultProxy;
let redisProxy: FaultProxy;
let files: TlsFiles;
let balancer: TamperingProxy;
beforeAll(async () => {
  database = await createTestDatabase();
  const [databaseUrl, redisUrl] = [new URL(database.url), new URL(inject('redisUrl'))];
  databaseProxy = await startFaultProxy({ host: databaseUrl.hostname, port: Number(databaseUrl.port) });
  redisProxy = await startFaultProxy({ host: redisUrl.hostname, port: Number(redisUrl.port) });
  databaseUrl.port = String(databaseProxy.port);
  redisUrl.port = String(redisProxy.port);
  server = await startLocalServer({
    env: {
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PUBLIC_URL: 'https://booking.example',
      SMTP_URL: 'smtp://127.0.0.1:1025',
      MAIL_FROM: 'shop@booking.example',
      DATABASE_URL: databaseUrl.href,
      REDIS_URL: redisUrl.href,
      RATE_LIMIT_ENABLED: 'true',
      RATE_LIMIT_PER_MINUTE: '600',
      TRUSTED_PROXIES: '127.0.0.1',
    },
  });
  files = makeTlsFiles();
  balancer = await startTamperingProxy(server.url, files.authority.issue({ hosts: ['127.0.0.1'] }));
});
afterAll(async () => {
  await balancer?.close();
  await server?.stop();
  await databaseProxy?.close();
  await redisProxy?.close();
  await database?.drop();
  files?.remove();
});
afterEach(() => balancer.tamper());

const overTls = () => verify(balancer.url, ['--ca-file', files.caFile]);

describe('a correct deployment', () => {
  test('passes every check, over TLS', async () => {
    const { code, errors, warnings, checks, text } = await overTls();
    expect([code, errors, warnings]).toEqual([0, [], []]);
    const detailOf = (name: string) => checks.find(({ check }) => check === name)?.detail;
    expect(detailOf('encryption')).toMatch(/^TLSv1\.3, certificate valid until 20\d\d-/);
    expect(detailOf('health')).toMatch(/^healthy, hit rate [\d.]+, memory [\d.]+MB, \d+ connections$/);
    expect(detailOf('limits')).toBe('600 per minute, 1,000 per hour, 10,000 per day');
    expect(detailOf('cache')).toMatch(
      /^X-Cache: (miss, then )*(local|remote|stale)(, then (local|remote|stale))*$/,
    );
    expect(text).toContain('The deployment passed all checks.');
  });

  test('passes on the loopback interface without TLS', async () => {
    expect(await verify(server.url)).toMatchObject({ code: 0, errors: [], warnings: [] });
  });
});

describe('a deployment that is unreachable', () => {
  test.each([
    ['http://no-such-host-of-ours.invalid', /name_not_found/],
    [`http://${'label-'.repeat(12)}.example`, /name_not_found/],
  ])('%s is reported as a name that cannot be resolved', async (url, code) => {
    expect((await verify(url)).errors.join()).toMatch(code);
  });

  test('is reported if no server is listening', async () => {
    expect((await verify(`http://127.0.0.1:${await freePort()}`)).errors).toEqual(['connection_refused']);
  });

  test('is reported if the server never responds', async () => {
    const silent = await startFaultProxy({ host: '127.0.0.1', port: Number(new URL(server.url).port) });
    silent.freeze();
    const { errors } = await verify(`http://127.0.0.1:${silent.port}`, ['--timeout', '1']);
    await silent.close();
    expect(errors).toEqual(['no_answer']);
  });

  test('is reported if the port uses plain text instead of TLS', async () => {
    expect((await verify(server.url.replace('http:', 'https:'))).errors).toEqual(['tls_failed']);
  });

  test('is reported if another service responds', async () => {
    balancer.tamper((response) => ({ ...response, status: 200, body: '<h1>Welcome</h1>' }));
    expect((await overTls()).errors).toEqual(['not_the_server']);
  });
});

describe('a certificate', () => {
  const withCertificate = async (
    options: { hosts?: string[]; validFrom?: Date; validTo?: Date },
    trust = true,
  ) => {
    const proxy = await startTamperingProxy(
      server.url,
      files.authority.issue({ hosts: ['127.0.0.1'], ...options }),
    );
    const verified = await verify(proxy.url, trust ? ['--ca-file', files.caFile] : []);
    await proxy.close();
    return verified;
  };

  test('that is not trusted is reported', async () => {
    expect((await withCertificate({}, false)).errors).toEqual(['certificate_not_trusted']);
  });

  test('that has expired is reported', async () => {
    const dates = { validFrom: new Date(Date.now() - 9 * day), validTo: new Date(Date.now() - day) };
    expect((await withCertificate(dates)).errors).toEqual(['certificate_expired']);
  });

  test('for another host is reported', async () => {
    expect((await withCertificate({ hosts: ['other.example'] })).errors).toEqual(['certificate_wrong_name']);
  });

  test('that expires soon is a warning', async () => {
    const { code, warnings } = await withCertificate({ validTo: new Date(Date.now() + 5 * day) });
    expect([code, warnings]).toEqual([0, ['certificate_expires_soon']]);
  });
});

describe('a proxy', () => {
  const without =
    (...names: string[]) =>
    (response: Tampered): Tampered => ({
      ...response,
      headers: Object.fromEntries(Object.entries(response.headers).filter(([name]) => !names.includes(name))),
    });

  test.each([
    ['x-frame-options', 'security_headers_missing'],
    ['content-security-policy', 'security_headers_missing'],
    ['strict-transport-security', 'security_headers_missing'],
    ['ratelimit-policy', 'limits_missing'],
    ['x-ratelimit-limit', 'limits_missing'],
    ['x-cache', 'cache_unknown'],
  ])('that removes %s causes %s', async (header, code) => {
    balancer.tamper(without(header));
    expect((await overTls()).errors).toEqual([code]);
  });

  test('that caches API responses causes limits_not_counting', async () => {
    const cached = new Map<string, Tampered>();
    balancer.tamper((response, path) => {
      if (!cached.has(path)) cached.set(path, response);
      return cached.get(path) ?? response;
    });
    expect((await overTls()).errors).toContain('limits_not_counting');
  });

  test('that adds a field to the health report causes health_wrong', async () => {
    balancer.tamper((response, path) =>
      path.endsWith('/health') ? { ...response, body: response.body.replace('{', '{"more":1,') } : response,
    );
    expect((await overTls()).errors).toEqual(['health_wrong']);
  });

  test('that makes all clients share one limit causes a warning', async () => {
    balancer.tamper((response, path) => (path === '/api/v1/shops' ? { ...response, status: 429 } : response));
    const { errors, warnings } = await overTls();
    expect([errors, warnings]).toEqual([[], ['limit_used_up']]);
  });

  test('that blocks the operator routes causes a warning', async () => {
    balancer.tamper((response, path) => (path.endsWith('/stats') ? { ...response, status: 403 } : response));
    expect((await overTls()).warnings).toEqual(['operator_routes_unknown']);
  });

  test('that adds the operator token to every request causes operator_routes_open', async () => {
    balancer.tamper((response, path) => (path.endsWith('/stats') ? { ...response, status: 200 } : response));
    expect((await overTls()).errors).toEqual(['operator_routes_open']);
  });
});

describe('a server', () => {
  const responseMatches = (path: string, isExpected: (body: string, status: number) => boolean) =>
    eventually(async () => {
      const response = await fetch(`${server.url}${path}`);
      expect(isExpected(await response.text(), response.status)).toBe(true);
    });

  test('without Redis is reported as degraded', async () => {
    redisProxy.refuse();
    await responseMatches('/api/v1/cache/health', (body) => body.includes('degraded'));
    const { errors } = await overTls();
    redisProxy.accept();
    await responseMatches('/api/v1/cache/health', (body) => body.includes('healthy'));
    expect(errors).toContain('redis_unavailable');
  });

  test('without its database is reported as not ready', async () => {
    databaseProxy.refuse();
    const { errors } = await overTls();
    databaseProxy.accept();
    await responseMatches('/readyz', (_body, status) => status === 200);
    expect(errors).toContain('not_ready');
  });
});

describe('a server in development mode', () => {
  let developmentServer: LocalServer;
  beforeAll(async () => {
    developmentServer = await startLocalServer({ env: { CACHE_ENABLED: 'false' } });
  });
  afterAll(() => developmentServer?.stop());

  test('has no limits, no cache, and a public mailbox', async () => {
    const { errors, warnings } = await verify(developmentServer.url);
    expect(errors).toEqual(['cache_not_warming', 'limits_missing']);
    expect(warnings).toEqual(['mailbox_open']);
  });
});
