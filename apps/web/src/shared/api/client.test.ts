import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { callApi, callApiForFile } from './client.ts';
import { ApiError, NetworkError } from './problem.ts';

const fetchFromServer = fetch;
let server: Server;
let respond: RequestListener;
let requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];

beforeEach(async () => {
  requests = [];
  respond = (_request, response) => response.setHeader('content-type', 'application/json').end('{"ok":true}');
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      respond(request, response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  // A page has an origin, to which its paths are relative.
  vi.stubGlobal('fetch', (path: string, init: RequestInit) =>
    fetchFromServer(`http://127.0.0.1:${port}${path}`, init),
  );
});
afterEach(() => {
  vi.unstubAllGlobals();
  server.closeAllConnections();
  server.close();
});

test('a call without options is a GET without a body, token or key', async () => {
  expect(await callApi({ path: '/shops?page=2' })).toEqual({ ok: true });
  const [request] = requests;
  expect(request).toMatchObject({ method: 'GET', url: '/api/v1/shops?page=2', body: '' });
  expect(request?.headers['accept']).toBe('application/json, application/problem+json');
  for (const name of ['content-type', 'booking-token', 'authorization', 'idempotency-key'])
    expect(request?.headers).not.toHaveProperty(name);
});

test('tokens and keys travel in headers, and the body as JSON', async () => {
  await callApi({
    method: 'PATCH',
    path: '/bookings/1',
    body: { start: 'later' },
    bookingToken: 'link',
    operatorToken: 'operator',
    idempotencyKey: 'key',
  });
  const [request] = requests;
  expect(request).toMatchObject({ method: 'PATCH', url: '/api/v1/bookings/1', body: '{"start":"later"}' });
  expect(request?.headers).toMatchObject({
    'content-type': 'application/json',
    'booking-token': 'link',
    authorization: 'Bearer operator',
    'idempotency-key': 'key',
  });
});

test('a response without content is undefined', async () => {
  respond = (_request, response) => response.writeHead(204).end();
  expect(await callApi({ path: '/' })).toBeUndefined();
});

test('a file is requested with its media type and returned as it is', async () => {
  respond = (_request, response) => response.end('BEGIN:VCALENDAR');
  const file = await callApiForFile({ path: '/calendar' }, 'text/calendar');
  expect(await file.text()).toBe('BEGIN:VCALENDAR');
  expect(requests[0]?.headers['accept']).toBe('text/calendar, application/problem+json');
});

test('an error response rejects with its problem', async () => {
  respond = (_request, response) =>
    response.writeHead(409).end('{"code":"slot_taken","status":409,"title":"t"}');
  const error = await callApi({ path: '/' }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ApiError);
  expect((error as ApiError).problem.code).toBe('slot_taken');
});

test('a cut connection rejects with a network error', async () => {
  respond = (request) => request.socket.destroy();
  await expect(callApi({ path: '/' })).rejects.toBeInstanceOf(NetworkError);
});

test('an abort by the caller ends the request', async () => {
  const abort = new AbortController();
  const received = new Promise<void>((resolve) => {
    respond = () => resolve();
  });
  const call = callApi({ path: '/', signal: abort.signal });
  await received;
  abort.abort();
  await expect(call).rejects.toBeInstanceOf(NetworkError);
});

test('without a response within 15 s the call ends', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const received = new Promise<void>((resolve) => {
      respond = () => resolve();
    });
    let error: unknown;
    const call = callApi({ path: '/' }).catch((reason: unknown) => {
      error = reason;
    });
    await received;
    await vi.advanceTimersByTimeAsync(14_999);
    expect(error).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    await call;
    expect(error).toBeInstanceOf(NetworkError);
  } finally {
    vi.useRealTimers();
  }
});
