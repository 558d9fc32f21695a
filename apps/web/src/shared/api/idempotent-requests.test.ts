import { expect, test } from 'vitest';
import type { Call } from './client.ts';
import { IdempotentRequests } from './idempotent-requests.ts';
import { ApiError, NetworkError } from './problem.ts';
import { randomId } from './random-id.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const call: Call = { method: 'POST', path: '/shops/a/holds', body: { start: 'x' } };

/** Requests to a server that returns these results in order, or throws them if they are errors. Records sent keys. */
function createRequests(...results: unknown[]) {
  const keys: (string | undefined)[] = [];
  const send = async (sent: Call): Promise<never> => {
    keys.push(sent.idempotencyKey);
    const result = results.shift();
    if (result instanceof Error) throw result;
    return result as never;
  };
  return { keys, idempotentRequests: new IdempotentRequests(send) };
}

const apiError = (status: number, code: string): ApiError =>
  new ApiError(status, { type: '', title: '', status, code }, null);

test('a retry uses the same key while the outcome is unknown', async () => {
  const { keys, idempotentRequests } = createRequests(
    new NetworkError('offline'),
    apiError(503, 'unavailable'),
    {
      id: 1,
    },
  );
  await expect(idempotentRequests.perform(call)).rejects.toThrow(NetworkError);
  await expect(idempotentRequests.perform(call)).rejects.toThrow(ApiError);
  await expect(idempotentRequests.perform(call)).resolves.toEqual({ id: 1 });
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toMatch(uuid);
});

test('a request after a success or a final error uses a new key', async () => {
  const { keys, idempotentRequests } = createRequests({ id: 1 }, apiError(409, 'slot_taken'), { id: 2 });
  await idempotentRequests.perform(call);
  await expect(idempotentRequests.perform(call)).rejects.toThrow(ApiError);
  await idempotentRequests.perform(call);
  expect(new Set(keys).size).toBe(3);
});

test('different requests use different keys', async () => {
  const { keys, idempotentRequests } = createRequests(
    new NetworkError('offline'),
    new NetworkError('offline'),
  );
  await expect(idempotentRequests.perform(call)).rejects.toThrow();
  await expect(idempotentRequests.perform({ ...call, body: { start: 'y' } })).rejects.toThrow();
  expect(new Set(keys).size).toBe(2);
});

test('two equal concurrent requests are sent once', async () => {
  const { keys, idempotentRequests } = createRequests({ id: 1 });
  const results = await Promise.all([idempotentRequests.perform(call), idempotentRequests.perform(call)]);
  expect(results).toEqual([{ id: 1 }, { id: 1 }]);
  expect(keys).toHaveLength(1);
});

test('keys can be created without crypto.randomUUID', () => {
  const insecure = { getRandomValues: crypto.getRandomValues.bind(crypto) };
  const ids = Array.from({ length: 50 }, () => randomId(insecure));
  for (const id of ids) expect(id).toMatch(uuid);
  expect(new Set(ids).size).toBe(50);
});
