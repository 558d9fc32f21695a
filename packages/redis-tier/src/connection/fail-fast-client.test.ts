import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { afterEach, describe, expect, test } from 'vitest';
import { checkClient, failFastClient } from './fail-fast-client.ts';

// Nobody listens on this port, and these clients connect only when asked.
const port = 9;
const opened: { disconnect(): void }[] = [];
afterEach(() => {
  for (const client of opened.splice(0)) client.disconnect();
});

function clientOf(options: RedisOptions): Redis {
  const client = new Redis({ port, lazyConnect: true, retryStrategy: () => null, ...options } as never);
  client.on('error', () => {});
  opened.push(client);
  return client;
}

function clusterOf(options: object): Cluster {
  const client = new Cluster([{ port }], { lazyConnect: true, clusterRetryStrategy: () => null, ...options });
  client.on('error', () => {});
  opened.push(client);
  return client;
}

const rejected: [option: string, value: unknown][] = [
  ['keyPrefix', 'app:'],
  ['stringNumbers', true],
  ['replyMapping', 'resp3'],
  ['readOnly', true],
];

describe('a client', () => {
  test.each(rejected)('with %s: %j is rejected, with its value', (option, value) => {
    const client = clientOf({ [option]: value });
    expect(() => checkClient(client)).toThrow(`has the option ${option}: ${JSON.stringify(value)}. `);
  });

  test.each([
    ...rejected
      .filter(([option]) => option !== 'readOnly')
      .map(([option, value]) => [option, { redisOptions: { [option]: value } }]),
    ['keyPrefix', { keyPrefix: 'app:' }],
    ['enableAutoPipelining', { enableAutoPipelining: true }],
    ['scaleReads', { scaleReads: 'slave' }],
    ['scaleReads', { scaleReads: 'all' }],
    ['scaleReads', { scaleReads: () => undefined }],
  ] as [string, object][])('of a cluster with %s is rejected: %j', (option, options) => {
    expect(() => checkClient(clusterOf(options))).toThrow(`has the option ${option}: `);
  });

  test.each([{}, { keyPrefix: '', stringNumbers: false, readOnly: false }, { db: 3, connectionName: 'app' }])(
    'with %j is accepted',
    (options) => {
      expect(() => checkClient(clientOf(options))).not.toThrow();
      expect(() => checkClient(clusterOf({ scaleReads: 'master', redisOptions: options }))).not.toThrow();
    },
  );
});

const failsFast = {
  lazyConnect: false,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
} as const;

describe('a connection that fails fast', () => {
  test('is the given one if its options say so', () => {
    const client = clientOf(failsFast);
    expect(failFastClient(client).redis).toBe(client);
  });

  test.each([
    { enableOfflineQueue: true },
    { autoResendUnfulfilledCommands: true },
    { maxRetriesPerRequest: 20 },
    { maxRetriesPerRequest: null },
    { lazyConnect: true },
    { enableAutoPipelining: true },
  ])('is opened for a client with %j, and closed without closing that one', (options) => {
    const client = clientOf({ ...failsFast, ...options, port, connectionName: 'app' });
    const { status } = client;
    const { redis, close } = failFastClient(client);
    expect(redis).not.toBe(client);
    expect(redis.options).toMatchObject({ ...failsFast, port, connectionName: 'app' });
    close();
    expect(redis.status).not.toBe('ready');
    expect(client.status).toBe(status);
  });
});
