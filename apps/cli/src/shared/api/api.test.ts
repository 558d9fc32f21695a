import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createApi } from './api.ts';

type Reply = () => Response;

/** An API client whose server sends these replies in turn, with the requests it received. */
function apiWith(...replies: Reply[]) {
  const requests: { url: string; headers: Headers; method: string }[] = [];
  const waits: number[] = [];
  const api = createApi(
    { url: new URL('http://shop.example/base/'), operatorToken: 'secret' },
    {
      fetch: (input, init) => {
        requests.push({
          url: String(input),
          headers: new Headers(init?.headers),
          method: init?.method ?? '',
        });
        const reply = replies.shift();
        if (reply === undefined) throw new Error('unexpected request');
        return new Promise((resolve) => resolve(reply()));
      },
      wait: async (ms) => {
        waits.push(ms);
      },
    },
  );
  return { api, requests, waits };
}

const json = (status: number, body: unknown, headers = {}) => Response.json(body, { status, headers });
const brokenBy =
  (code: string): Reply =>
  () => {
    throw new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
  };
const busy = () => json(503, { type: 'x', title: 'Busy', status: 503, code: 'unavailable' });

test('a POST is retried with the same Idempotency-Key after 503 and a broken connection', async () => {
  const { api, requests, waits } = apiWith(busy, brokenBy('ECONNRESET'), () => json(201, { slug: 'x' }));
  expect(await api.post('/shops', { slug: 'x' })).toEqual({ slug: 'x' });
  const keys = requests.map(({ headers }) => headers.get('idempotency-key'));
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toMatch(/^[\x21-\x7e]{8,128}$/);
  expect(waits).toHaveLength(2);
});

test('each POST has its own key, and a GET has none', async () => {
  const ok = () => json(200, {});
  const { api, requests } = apiWith(ok, ok, ok);
  await api.post('/shops', {});
  await api.post('/shops', {});
  await api.get('/shops');
  const [first, second, third] = requests.map(({ headers }) => headers.get('idempotency-key'));
  expect(first).not.toBe(second);
  expect(third).toBeNull();
});

test('requests go below the base path of the server and carry the token', async () => {
  const { api, requests } = apiWith(() => json(200, {}));
  await api.get('/shops');
  expect(requests[0]?.url).toBe('http://shop.example/base/api/v1/shops');
  expect(requests[0]?.headers.get('authorization')).toBe('Bearer secret');
});

test('the client gives up after six attempts', async () => {
  const { api, requests } = apiWith(...Array.from({ length: 20 }, () => busy));
  await expect(api.get('/shops')).rejects.toMatchObject({ code: 'unavailable' });
  expect(requests).toHaveLength(6);
});

test('an error contains the code, detail, invalid fields and request id of the response', async () => {
  const problem = {
    type: 'urn:x',
    title: 'The request is invalid',
    status: 400,
    code: 'invalid_request',
    detail: 'Look at the fields.',
    errors: [{ field: 'name', message: 'is too long' }],
    request_id: 'req-1',
  };
  const { api } = apiWith(() => json(400, problem));
  await expect(api.post('/shops', {})).rejects.toMatchObject({
    code: 'invalid_request',
    message: 'The request is invalid: Look at the fields.',
    details: ['name: is too long', 'request id req-1'],
  });
});

test('the error for a wrong token names the sources of the token', async () => {
  const { api } = apiWith(() => json(401, { type: 'x', title: 'No', status: 401, code: 'unauthorized' }));
  await expect(api.get('/x')).rejects.toMatchObject({
    remediation: expect.stringContaining('BOOKEDBARBER_OPERATOR_TOKEN'),
  });
});

test('the error for a refused connection says how to start a server', async () => {
  const { api } = apiWith(brokenBy('ECONNREFUSED'));
  await expect(api.get('/x')).rejects.toMatchObject({
    message: 'No server is listening at http://shop.example.',
    remediation: expect.stringContaining('npm start'),
  });
});

test('a response that is not JSON is reported as a foreign server', async () => {
  const { api } = apiWith(() => new Response('<html>hello</html>'));
  await expect(api.get('/x')).rejects.toMatchObject({ code: 'not_the_api' });
});

test('the token is never sent to the target of a redirect', async () => {
  const requested: (string | undefined)[] = [];
  const server = createServer(({ url }, response) => {
    requested.push(url);
    response.writeHead(requested.length === 1 ? 301 : 200, { location: '/elsewhere' }).end('{}');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const api = createApi({ url, operatorToken: 'secret' }, { fetch, wait: async () => {} });
  await expect(api.get('/x')).rejects.toMatchObject({ code: 'redirected' });
  expect(requested).toEqual(['/api/v1/x']);
});
