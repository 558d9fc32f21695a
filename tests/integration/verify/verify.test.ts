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

/** As in production, with everything that it needs between our hands. */
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

describe('a deployment as it should be', () => {
  test('passes every check, over TLS', async () => {
    const { code, faults, warnings, checks, text } = await overTls();
    expect([code, faults, warnings]).toEqual([0, [], []]);
    const detailOf = (name: string) => checks.find(({ check }) => check === name)?.detail;
    expect(detailOf('encryption')).toMatch(/^TLSv1\.3, certificate valid until 20\d\d-/);
    expect(detailOf('health')).toMatch(/^healthy, hit rate [\d.]+, memory [\d.]+MB, \d+ connections$/);
    expect(detailOf('limits')).toBe('600 a minute, 1,000 an hour, 10,000 a day');
    expect(detailOf('cache')).toMatch(/^X-Cache: (miss, then )*(local|remote)(, then (local|remote))*$/);
    expect(text).toContain('The deployment is as it should be.');
  });

  test('may be looked at on its own machine, without TLS', async () => {
    expect(await verify(server.url)).toMatchObject({ code: 0, faults: [], warnings: [] });
  });
});

describe('a deployment that cannot be talked to', () => {
  test.each([
    ['http://no-such-host-of-ours.invalid', /name_not_found/],
    [`http://${'label-'.repeat(12)}.example`, /name_not_found/],
  ])('%s: no such name', async (url, code) => {
    expect((await verify(url)).faults.join()).toMatch(code);
  });

  test('nothing listens', async () => {
    expect((await verify(`http://127.0.0.1:${await freePort()}`)).faults).toEqual(['connection_refused']);
  });

  test('it never answers', async () => {
    const silent = await startFaultProxy({ host: '127.0.0.1', port: Number(new URL(server.url).port) });
    silent.freeze();
    const { faults } = await verify(`http://127.0.0.1:${silent.port}`, ['--timeout', '1']);
    await silent.close();
    expect(faults).toEqual(['no_answer']);
  });

  test('TLS to a port of plain text', async () => {
    expect((await verify(server.url.replace('http:', 'https:'))).faults).toEqual(['tls_failed']);
  });

  test('another service is there', async () => {
    balancer.tamper((answer) => ({ ...answer, status: 200, body: '<h1>Welcome</h1>' }));
    expect((await overTls()).faults).toEqual(['not_the_server']);
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

  test('that is not trusted', async () => {
    expect((await withCertificate({}, false)).faults).toEqual(['certificate_not_trusted']);
  });

  test('that has expired', async () => {
    const dates = { validFrom: new Date(Date.now() - 9 * day), validTo: new Date(Date.now() - day) };
    expect((await withCertificate(dates)).faults).toEqual(['certificate_expired']);
  });

  test('that belongs to another host', async () => {
    expect((await withCertificate({ hosts: ['other.example'] })).faults).toEqual(['certificate_wrong_name']);
  });

  test('that ends soon is a warning', async () => {
    const { code, warnings } = await withCertificate({ validTo: new Date(Date.now() + 5 * day) });
    expect([code, warnings]).toEqual([0, ['certificate_expires_soon']]);
  });
});

describe('what a proxy in between spoils', () => {
  const without =
    (...names: string[]) =>
    (answer: Tampered): Tampered => ({
      ...answer,
      headers: Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !names.includes(name))),
    });

  test.each([
    ['x-frame-options', 'security_headers_missing'],
    ['content-security-policy', 'security_headers_missing'],
    ['strict-transport-security', 'security_headers_missing'],
    ['ratelimit-policy', 'limits_missing'],
    ['x-ratelimit-limit', 'limits_missing'],
    ['x-cache', 'cache_unknown'],
  ])('without %s: %s', async (header, code) => {
    balancer.tamper(without(header));
    expect((await overTls()).faults).toEqual([code]);
  });

  test('answers of its own for the API: limits that do not count', async () => {
    const kept = new Map<string, Tampered>();
    balancer.tamper((answer, path) => {
      if (!kept.has(path)) kept.set(path, answer);
      return kept.get(path) ?? answer;
    });
    expect((await overTls()).faults).toContain('limits_not_counting');
  });

  test('a field more in the health report', async () => {
    balancer.tamper((answer, path) =>
      path.endsWith('/health') ? { ...answer, body: answer.body.replace('{', '{"more":1,') } : answer,
    );
    expect((await overTls()).faults).toEqual(['health_wrong']);
  });

  test('the address of the visitor, so that all of them count as one and are refused', async () => {
    balancer.tamper((answer, path) => (path === '/api/v1/shops' ? { ...answer, status: 429 } : answer));
    const { faults, warnings } = await overTls();
    expect([faults, warnings]).toEqual([[], ['limit_used_up']]);
  });

  test('the routes of operators', async () => {
    balancer.tamper((answer, path) => (path.endsWith('/stats') ? { ...answer, status: 403 } : answer));
    expect((await overTls()).warnings).toEqual(['operator_routes_unknown']);
  });

  test('the token of the operator on every request', async () => {
    balancer.tamper((answer, path) => (path.endsWith('/stats') ? { ...answer, status: 200 } : answer));
    expect((await overTls()).faults).toEqual(['operator_routes_open']);
  });
});

describe('a server without what it needs', () => {
  const ready = (path: string, isSo: (body: string, status: number) => boolean) =>
    eventually(async () => {
      const response = await fetch(`${server.url}${path}`);
      expect(isSo(await response.text(), response.status)).toBe(true);
    });

  test('its Redis', async () => {
    redisProxy.refuse();
    await ready('/api/v1/cache/health', (body) => body.includes('degraded'));
    const { faults } = await overTls();
    redisProxy.accept();
    await ready('/api/v1/cache/health', (body) => body.includes('healthy'));
    expect(faults).toContain('redis_unavailable');
  });

  test('its database', async () => {
    databaseProxy.refuse();
    const { faults } = await overTls();
    databaseProxy.accept();
    await ready('/readyz', (_body, status) => status === 200);
    expect(faults).toContain('not_ready');
  });
});

describe('a server that is run like one of development', () => {
  let careless: LocalServer;
  beforeAll(async () => {
    careless = await startLocalServer({ env: { CACHE_ENABLED: 'false' } });
  });
  afterAll(() => careless?.stop());

  test('has no limits, no cache, and mails for everybody to read', async () => {
    const { faults, warnings } = await verify(careless.url);
    expect(faults).toEqual(['cache_not_warming', 'limits_missing']);
    expect(warnings).toEqual(['mailbox_open']);
  });
});
