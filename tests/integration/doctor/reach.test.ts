import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../../dev/services/free-port.mjs';
import { startFaultProxy } from '../../../packages/redis-tier/src/testing/index.ts';
import { openBlackHole } from '../../support/doctor/black-hole.ts';
import { type PasswordRedis, startPasswordRedis } from '../../support/doctor/doctor-redis.ts';
import { examine, secret } from '../../support/doctor/doctor-target.ts';

const variables = { REDIS_PASSWORD: secret };

let redis: PasswordRedis;
beforeAll(async () => {
  redis = await startPasswordRedis();
});
afterAll(() => redis?.close());

describe('a server that cannot be reached', () => {
  test('name not found', async () => {
    // No name server is asked for a label of more than 63 characters.
    const host = `${'cache-'.repeat(12)}.example`;
    const { faults, finding } = await examine({ args: [`redis://${host}:6379`], variables });
    expect(faults).toEqual(['name_not_found']);
    expect(finding('name_not_found').remediation).toContain('Primary Endpoint');
  });

  test('refused', async () => {
    const { faults, text } = await examine({ args: [`redis://127.0.0.1:${await freePort()}`], variables });
    expect(faults).toEqual(['connection_refused']);
    expect(text).toContain('(not reached)');
  });

  test('timed out: packets are dropped on the way', async () => {
    const hole = await openBlackHole();
    const args = [`redis://127.0.0.1:${hole.port}`, '--timeout', '1'];
    const { faults, finding } = await examine({ args, variables });
    hole.close();
    expect(faults).toEqual(['connection_timed_out']);
    expect(finding('connection_timed_out').cause).toContain('security group');
    expect(finding('connection_timed_out').cause).toContain('subnet');
    expect(finding('connection_timed_out').remediation).toContain('bookedbarber-elasticache-sg');
  });

  test('frozen: it takes connections and answers nothing', async () => {
    redis.freeze();
    const { faults } = await examine({ args: [redis.address, '--timeout', '1'], variables });
    redis.thaw();
    expect(faults).toEqual(['server_not_responding']);
  });

  test('another service has the port', async () => {
    const server: Server = createServer((_request, response) => response.end('hello'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { faults } = await examine({ args: [`redis://127.0.0.1:${port}`, '--timeout', '1'], variables });
    server.close();
    expect(faults).toEqual(['not_redis']);
  });

  test('the connection is cut in the middle', async () => {
    const proxy = await startFaultProxy({ host: '127.0.0.1', port: redis.port });
    proxy.refuse();
    const { faults } = await examine({ args: [`redis://127.0.0.1:${proxy.port}`], variables });
    await proxy.close();
    expect(faults).toEqual(['connection_lost']);
  });
});

test.each([
  ['falls silent', 'server_not_responding', (client: Socket) => void client.pause()],
  ['ends the connection', 'connection_lost', (client: Socket) => void client.destroy()],
])('a server that %s in the middle is told once', async (_what, code, end) => {
  // At the first word of the check of rights, and from then on.
  const proxy = createTcpServer((client) => {
    const server = connect(redis.port, '127.0.0.1');
    client.on('data', (chunk) => (chunk.includes('MGET') ? end(client) : server.write(chunk)));
    server.on('data', (chunk) => client.write(chunk));
    for (const socket of [client, server]) {
      socket.on('error', () => {});
      socket.on('close', () => void [client, server].map((both) => both.destroy()));
    }
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const { port } = proxy.address() as AddressInfo;
  const { faults, text } = await examine({
    args: [`redis://127.0.0.1:${port}`, '--timeout', '1'],
    variables,
  });
  proxy.close();
  expect(faults).toEqual([code]);
  expect(text).toMatch(/skipped +eviction · memory .*\n? *.*\(not reached\)/);
});

describe('a slow way to the server', () => {
  // A busy machine is slower still, so the severity is the one that fits the time measured.
  test.each([6, 28])('with %i ms each way it is a finding, and over 50 ms a fault', async (delayMs) => {
    const proxy = await startFaultProxy({ host: '127.0.0.1', port: redis.port });
    proxy.delay(delayMs);
    const { finding, text } = await examine({ args: [`redis://127.0.0.1:${proxy.port}`], variables });
    await proxy.close();
    const { message, severity } = finding('round_trip_slow');
    const medianMs = Number(/take ([\d.]+) ms/.exec(message)?.[1]);
    // Timers count in whole milliseconds.
    expect(medianMs).toBeGreaterThan(2 * delayMs - 2);
    expect(severity).toBe(medianMs > 50 ? 'error' : 'warning');
    expect(text.includes('Ready for production.')).toBe(!/^ {2}failed /m.test(text));
  });
});
