/**
 * An HTTP server that allows ten requests per minute to each caller; a report counts as five.
 *
 *   REDIS_URL=redis://127.0.0.1:6379 npx tsx packages/redis-tier/examples/limits.ts
 *   curl -i http://127.0.0.1:8080/
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  clientAddress,
  connect,
  createLimiter,
  limitHeaders,
  limitKeyOfAddress,
  parseRedisUrl,
  readNetworks,
} from '@bookedbarber/redis-tier';

// The limiter uses its own connection: without an offline queue and without retries.
const server = parseRedisUrl(process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379');
const redis = connect({ server, name: 'example-limits', commandTimeoutMs: 60_000 }, (error) =>
  console.error(`Redis: ${error.message}`),
);

const limiter = createLimiter({
  redis,
  prefix: 'example',
  limits: {
    pages: { windows: { perMinute: 10, perHour: 100 }, onOutage: 'local' },
    // Password attempts are refused while Redis cannot count them.
    login: { windows: { perMinute: 5, perDay: 50 }, onOutage: 'fail-closed' },
  },
  onChange: (state, reason) =>
    console.error(`limits: ${state === 'open' ? `without Redis, ${reason}` : 'with Redis'}`),
});

/** X-Forwarded-For is trusted only from these. */
const proxies = readNetworks(['10.0.0.0/8']);

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const forwardedFor = request.headers['x-forwarded-for'];
  const address = clientAddress(request.socket.remoteAddress, String(forwardedFor ?? ''), proxies);
  const decision = await limiter.check({
    limit: request.url === '/login' ? 'login' : 'pages',
    key: address === null ? 'local' : limitKeyOfAddress(address),
    cost: request.url === '/report' ? 5 : 1,
  });
  for (const [name, value] of Object.entries(limitHeaders(decision))) response.setHeader(name, value);
  if (decision.allowed) response.end('hello\n');
  else
    response
      .writeHead(decision.outage ? 503 : 429)
      .end(`too many requests: ${decision.exceededWindows.join(', ')}\n`);
}

const http = createServer((request, response) => {
  respond(request, response).catch((error: unknown) => {
    console.error(error);
    response.writeHead(500).end();
  });
});
http.listen(Number(process.env['PORT'] ?? 8080), '127.0.0.1', () => {
  const { port } = http.address() as AddressInfo;
  console.log(`http://127.0.0.1:${port}`);
});

process.once('SIGTERM', () => {
  http.close();
  http.closeAllConnections();
  limiter.close();
  redis.disconnect();
});
