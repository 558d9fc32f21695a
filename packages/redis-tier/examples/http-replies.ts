/** Sends cached bytes without parsing or serializing them, and sends 304 when the client already has them. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect, createCache, parseRedisUrl } from '@bookedbarber/redis-tier';

const url = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';
const redis = connect({ server: parseRedisUrl(url), name: 'example', commandTimeoutMs: 5000 }, () => {});
const cache = createCache({
  redis,
  prefix: `example-${process.pid}`,
  policies: { menu: { ttlMs: 60_000 } },
});
await cache.ready(5000);

const server = createServer((request, response) => {
  const found = cache.policy('menu').get({
    namespace: 'corner-house',
    key: 'menu',
    load: async () => [{ name: 'soup', cents: 480 }],
  });
  found.then(
    ({ body, etag, source }) => {
      response.setHeader('x-cache', source);
      response.setHeader('etag', etag);
      response.setHeader('cache-control', 'private, no-cache');
      if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
      else response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    },
    () => response.writeHead(500).end(),
  );
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const first = await fetch(address);
console.log(first.status, first.headers.get('x-cache'), await first.text());
const etag = first.headers.get('etag') ?? '';
const again = await fetch(address, { headers: { 'if-none-match': etag } });
console.log(again.status, (await again.text()).length);

server.closeAllConnections();
server.close();
await cache.close();
redis.disconnect();
