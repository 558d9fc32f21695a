import { expect, test } from 'vitest';
import { createApi } from './api.ts';

type Reply = () => Response;

/** An API whose server gives these replies in turn, and what it was asked. */
function apiWith(...replies: Reply[]) {
  const asked: { url: string; headers: Headers; method: string }[] = [];
  const waits: number[] = [];
  const api = createApi(
    { url: new URL('http://shop.example/base/'), operatorToken: 'secret' },
    {
      fetch: (input, init) => {
        asked.push({ url: String(input), headers: new Headers(init?.headers), method: init?.method ?? '' });
        const reply = replies.shift();
        if (reply === undefined) throw new Error('asked too often');
        return new Promise((resolve) => resolve(reply()));
      },
      wait: async (ms) => {
        waits.push(ms);
      },
    },
  );
  return { api, asked, waits };
}

const json = (status: number, body: unknown, headers = {}) => Response.json(body, { status, headers });
const brokenBy =
  (code: string): Reply =>
  () => {
    throw new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
  };
const busy = () => json(503, { type: 'x', title: 'Busy', status: 503, code: 'unavailable' });

test('a POST is sent again with the same Idempotency-Key after 503 and a broken connection', async () => {
  const { api, asked, waits } = apiWith(busy, brokenBy('ECONNRESET'), () => json(201, { slug: 'x' }));
  expect(await api.post('/shops', { slug: 'x' })).toEqual({ slug: 'x' });
  const keys = asked.map(({ headers }) => headers.get('idempotency-key'));
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toMatch(/^[\x21-\x7e]{8,128}$/);
  expect(waits).toHaveLength(2);
});

test('two POSTs have two keys, and a GET has none', async () => {
  const ok = () => json(200, {});
  const { api, asked } = apiWith(ok, ok, ok);
  await api.post('/shops', {});
  await api.post('/shops', {});
  await api.get('/shops');
  const [first, second, third] = asked.map(({ headers }) => headers.get('idempotency-key'));
  expect(first).not.toBe(second);
  expect(third).toBeNull();
});

test('addresses are below the base path of the server, and carry the token', async () => {
  const { api, asked } = apiWith(() => json(200, {}));
  await api.get('/shops');
  expect(asked[0]?.url).toBe('http://shop.example/base/api/v1/shops');
  expect(asked[0]?.headers.get('authorization')).toBe('Bearer secret');
});

test('attempts end', async () => {
  const { api, asked } = apiWith(...Array.from({ length: 20 }, () => busy));
  await expect(api.get('/shops')).rejects.toMatchObject({ code: 'unavailable' });
  expect(asked).toHaveLength(6);
});

test('a refusal carries code, detail, faulty fields and request id', async () => {
  const problem = {
    type: 'urn:x',
    title: 'The request is not valid',
    status: 400,
    code: 'invalid_request',
    detail: 'Look at the fields.',
    errors: [{ field: 'name', message: 'is too long' }],
    request_id: 'req-1',
  };
  const { api } = apiWith(() => json(400, problem));
  await expect(api.post('/shops', {})).rejects.toMatchObject({
    code: 'invalid_request',
    message: 'The request is not valid: Look at the fields.',
    details: ['name: is too long', 'request id req-1'],
  });
});

test('a wrong token is told with where tokens come from', async () => {
  const { api } = apiWith(() => json(401, { type: 'x', title: 'No', status: 401, code: 'unauthorized' }));
  await expect(api.get('/x')).rejects.toMatchObject({
    remediation: expect.stringContaining('BOOKEDBARBER_OPERATOR_TOKEN'),
  });
});

test('a server that is not there is told with how to start one', async () => {
  const { api } = apiWith(brokenBy('ECONNREFUSED'));
  await expect(api.get('/x')).rejects.toMatchObject({
    message: 'Nothing answers at http://shop.example.',
    remediation: expect.stringContaining('npm start'),
  });
});

test('something else that answers is told', async () => {
  const { api } = apiWith(() => new Response('<html>hello</html>'));
  await expect(api.get('/x')).rejects.toMatchObject({ code: 'not_the_api' });
});

test('the token is never sent on to where a redirect points', async () => {
  const { api, asked } = apiWith(
    () => new Response(null, { status: 301, headers: { location: 'https://other.example' } }),
  );
  await expect(api.get('/x')).rejects.toMatchObject({ code: 'redirected' });
  expect(asked).toHaveLength(1);
});
