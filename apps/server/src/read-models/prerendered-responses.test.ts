import { describe, expect, test } from 'vitest';
import { createPreparedAnswers, type Made } from './prerendered-responses.ts';

/** A cache whose answers are all as they were, until told otherwise. */
function someCache({ keeps = true } = {}) {
  const state = { unchanged: true, keeps };
  const bundle = () => (state.keeps ? { reuse: () => state.unchanged } : null);
  return { state, prepared: createPreparedAnswers({ bundle } as never) };
}

/** A making that ends when it is told to. */
function slow() {
  const makings: { resolve: (value: unknown) => void; reject: (error: Error) => void }[] = [];
  const make = () =>
    new Promise<Made>((resolve, reject) => {
      makings.push({ resolve: (value) => resolve({ value, sources: [], untilMs: Infinity }), reject });
    });
  return { make, makings };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const text = ({ body }: { body: Buffer }) => JSON.parse(body.toString());

describe('of those who ask at once', () => {
  test('one makes the answer, and all get it', async () => {
    const { prepared } = someCache();
    const { make, makings } = slow();
    const asked = [1, 2, 3].map(() => prepared.make('week', 0, make));
    await turn();
    expect(makings).toHaveLength(1);
    makings[0]?.resolve('free');
    expect((await Promise.all(asked)).map(text)).toEqual(['free', 'free', 'free']);
    expect(makings).toHaveLength(1);
  });

  test('nobody takes an answer that a change made old while he waited', async () => {
    const { prepared, state } = someCache();
    const { make, makings } = slow();
    const first = prepared.make('week', 0, make);
    const second = prepared.make('week', 0, make);
    await turn();
    state.unchanged = false;
    makings[0]?.resolve('old');
    await first;
    await turn();
    expect(makings).toHaveLength(2);
    makings[1]?.resolve('new');
    expect(text(await second)).toBe('new');
  });

  test('the others make their own when his making fails', async () => {
    const { prepared } = someCache();
    const { make, makings } = slow();
    const first = prepared.make('week', 0, make);
    const second = prepared.make('week', 0, make);
    makings[0]?.reject(new Error('the database is away'));
    await expect(first).rejects.toThrow('the database is away');
    await turn();
    makings[1]?.resolve('free');
    expect(text(await second)).toBe('free');
  });

  test('another name waits for nobody', async () => {
    const { prepared } = someCache();
    const { make, makings } = slow();
    const asked = [prepared.make('week', 0, make), prepared.make('month', 0, make)];
    expect(makings).toHaveLength(2);
    for (const making of makings) making.resolve('free');
    await Promise.all(asked);
  });

  test('the next makes it where the first could not be kept, and the rest wait for that', async () => {
    const { prepared, state } = someCache({ keeps: false });
    const { make, makings } = slow();
    const asked = [1, 2, 3].map(() => prepared.make('week', 0, make));
    makings[0]?.resolve('just loaded');
    await turn();
    expect(makings).toHaveLength(2);
    state.keeps = true;
    makings[1]?.resolve('read again');
    expect((await Promise.all(asked)).map(text)).toEqual(['just loaded', 'read again', 'read again']);
  });

  test('nobody waits where answers are never kept', async () => {
    const { prepared } = someCache({ keeps: false });
    const { make, makings } = slow();
    for (let i = 0; i < 3; i += 1) {
      const alone = prepared.make('week', 0, make);
      makings[i]?.resolve('free');
      await alone;
    }
    const asked = [prepared.make('week', 0, make), prepared.make('week', 0, make)];
    expect(makings).toHaveLength(5);
    for (const making of makings) making.resolve('free');
    await Promise.all(asked);
  });
});
