import { expect, test } from 'vitest';
import type { Call } from './client.ts';
import { IdempotentRequests } from './intents.ts';
import { ApiError, NetworkError } from './problem.ts';
import { randomId } from './random-id.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const call: Call = { method: 'POST', path: '/shops/a/holds', body: { start: 'x' } };

/** Intents whose server gives the prepared answers in turn; an Error is thrown. Keys sent are listed. */
function prepared(...answers: unknown[]) {
  const keys: (string | undefined)[] = [];
  const send = async (sent: Call): Promise<never> => {
    keys.push(sent.idempotencyKey);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer as never;
  };
  return { keys, idempotentRequests: new IdempotentRequests(send) };
}

const refusal = (status: number, code: string): ApiError =>
  new ApiError(status, { type: '', title: '', status, code }, null);

test('keeps its key while the outcome is unknown', async () => {
  const { keys, idempotentRequests } = prepared(new NetworkError('offline'), refusal(503, 'unavailable'), {
    id: 1,
  });
  await expect(idempotentRequests.perform(call)).rejects.toThrow(NetworkError);
  await expect(idempotentRequests.perform(call)).rejects.toThrow(ApiError);
  await expect(idempotentRequests.perform(call)).resolves.toEqual({ id: 1 });
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toMatch(uuid);
});

test('takes a new key after a success or a final refusal', async () => {
  const { keys, idempotentRequests } = prepared({ id: 1 }, refusal(409, 'slot_taken'), { id: 2 });
  await idempotentRequests.perform(call);
  await expect(idempotentRequests.perform(call)).rejects.toThrow(ApiError);
  await idempotentRequests.perform(call);
  expect(new Set(keys).size).toBe(3);
});

test('gives different wishes different keys', async () => {
  const { keys, idempotentRequests } = prepared(new NetworkError('offline'), new NetworkError('offline'));
  await expect(idempotentRequests.perform(call)).rejects.toThrow();
  await expect(idempotentRequests.perform({ ...call, body: { start: 'y' } })).rejects.toThrow();
  expect(new Set(keys).size).toBe(2);
});

test('sends a wish once when it is pressed twice', async () => {
  const { keys, idempotentRequests } = prepared({ id: 1 });
  const answers = await Promise.all([idempotentRequests.perform(call), idempotentRequests.perform(call)]);
  expect(answers).toEqual([{ id: 1 }, { id: 1 }]);
  expect(keys).toHaveLength(1);
});

test('makes keys where the browser withholds randomUUID', () => {
  const insecure = { getRandomValues: crypto.getRandomValues.bind(crypto) };
  const ids = Array.from({ length: 50 }, () => randomId(insecure));
  for (const id of ids) expect(id).toMatch(uuid);
  expect(new Set(ids).size).toBe(50);
});
