import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../../dev/services/free-port.mjs';
import { startFaultProxy } from '../../../packages/redis-tier/src/testing/index.ts';
import { openBlackHole } from '../../support/doctor/black-hole.ts';
import { type PasswordRedis, startPasswordRedis } from '../../support/doctor/doctor-redis.ts';
import { runDoctor, secret } from '../../support/doctor/doctor-target.ts';

const variables = { REDIS_PASSWORD: secret };

let redis: PasswordRedis;
beforeAll(async () => {
  redis = await startPasswordRedis();
});
afterAll(() => redis?.close());

describe('an unreachable server is reported', () => {
  test('if its name cannot be resolved', async () => {
    // A label of more than 63 characters fails without a DNS query.
    const host = `${'cache-'.repeat(12)}.example`;
    const { errors, finding } = await runDoctor({ args: [`redis://${host}:6379`], variables });
    expect(errors).toEqual(['name_not_found']);
    expect(finding('name_not_found').remediation).toContain('Primary Endpoint');
  });

  test('if the connection is refused', async () => {
    const { errors, text } = await runDoctor({ args: [`redis://127.0.0.1:${await freePort()}`], variables });
    expect(errors).toEqual(['connection_refused']);
    expect(text).toContain('(not reached)');
  });

  test('if the connection times out because packets are dropped', async () => {
    const hole = await openBlackHole();
    const args = [`redis://127.0.0.1:${hole.port}`, '--timeout', '1'];
    const { errors, finding } = await runDoctor({ args, variables });
    hole.close();
    expect(errors).toEqual(['connection_timed_out']);
    expect(finding('connection_timed_out').cause).toContain('security group');
    expect(finding('connection_timed_out').cause).toContain('subnet');
    expect(finding('connection_timed_out').remediation).toContain('bookedbarber-elasticache-sg');
  });

  test('if it accepts connections and does not respond', async () => {
    redis.freeze();
    const { errors } = await runDoctor({ args: [redis.address, '--timeout', '1'], variables });
    redis.thaw();
    expect(errors).toEqual(['server_not_responding']);
  });

  test('if another service uses the port', async () => {
    const server: Server = createServer((_request, response) => response.end('hello'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { errors } = await runDoctor({ args: [`redis://127.0.0.1:${port}`, '--timeout', '1'], variables });
    server.close();
    expect(errors).toEqual(['not_redis']);
  });

  test('if the connection is closed', async () => {
    const proxy = await startFaultProxy({ host: '127.0.0.1', port: redis.port });
    proxy.refuse();
    const { errors } = await runDoctor({ args: [`redis://127.0.0.1:${proxy.port}`], variables });
    await proxy.close();
    expect(errors).toEqual(['connection_lost']);
  });
});

test.each([
  ['stops responding', 'server_not_responding', (client: Socket) => void client.pause()],
  ['closes the connection', 'connection_lost', (client: Socket) => void client.destroy()],
])('a server that %s during the checks is reported once', async (_name, code, end) => {
  // From the first command of the permissions check.
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
  const { errors, text } = await runDoctor({
    args: [`redis://127.0.0.1:${port}`, '--timeout', '1'],
    variables,
  });
  proxy.close();
  expect(errors).toEqual([code]);
  expect(text).toMatch(/skipped +eviction · memory .*\n? *.*\(not reached\)/);
});

describe('a slow connection', () => {
  // A busy machine adds latency, so the expected severity depends on the measured time.
  test.each([6, 28])(
    'with a delay of %i ms each way is a warning, or an error over 50 ms',
    async (delayMs) => {
      const proxy = await startFaultProxy({ host: '127.0.0.1', port: redis.port });
      proxy.delay(delayMs);
      const { finding, text } = await runDoctor({ args: [`redis://127.0.0.1:${proxy.port}`], variables });
      await proxy.close();
      const { message, severity } = finding('round_trip_slow');
      const medianMs = Number(/takes ([\d.]+) ms/.exec(message)?.[1]);
      // Timers have millisecond resolution.
      expect(medianMs).toBeGreaterThan(2 * delayMs - 2);
      expect(severity).toBe(medianMs > 50 ? 'error' : 'warning');
      expect(text.includes('Ready for production.')).toBe(!/^ {2}failed /m.test(text));
    },
  );
});
