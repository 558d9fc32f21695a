import { startFaultProxy, until } from '@bookedbarber/redis-tier/testing';
import { afterEach, expect, inject, test } from 'vitest';
import { connect, parseRedisUrl } from '../../../packages/redis-tier/src/connection/index.ts';
import { ownPrefix } from '../../support/redis-tier/cache-bench.ts';

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of opened.splice(0).reverse()) await end();
});

function open(port: number) {
  const url = new URL(inject('redisUrl'));
  url.port = `${port}`;
  const redis = connect({ server: parseRedisUrl(url.href), name: 'test', commandTimeoutMs: 5000 }, () => {});
  opened.push(() => redis.disconnect());
  return redis;
}

test('fails a command whose reply is lost without resending it, and fails immediately without a connection', async () => {
  const { hostname, port } = new URL(inject('redisUrl'));
  const proxy = await startFaultProxy({ host: hostname, port: Number(port) });
  opened.push(() => proxy.close());
  const [through, direct] = [open(proxy.port), open(Number(port))];
  await until('both are connected', () => through.status === 'ready' && direct.status === 'ready');
  const key = ownPrefix();
  proxy.freeze('toClient');
  const increment = through.incr(key);
  const failed = expect(increment).rejects.toThrow();
  await until('the server has executed the command', async () => (await direct.get(key)) === '1');
  proxy.refuse();
  proxy.thaw();
  await failed;
  // The error names the missing offline queue; a queued command would fail only at the next reconnection.
  await expect(through.incr(key)).rejects.toThrow('enableOfflineQueue');
  proxy.accept();
  await until('the connection is open again', () => through.status === 'ready');
  await through.ping();
  expect(await direct.get(key)).toBe('1');
});
