import { describe, expect, test } from 'vitest';
import { createPrerenderedResponses, type Rendering } from './prerendered-responses.ts';

/** A fake cache. Its results are reusable while `unchanged`, and can be combined while `combines`. */
function fakeCache({ combines = true } = {}) {
  const state = { unchanged: true, combines };
  const combine = () => (state.combines ? { reuse: () => state.unchanged } : null);
  return { state, prerendered: createPrerenderedResponses({ combine } as never) };
}

/** Computations that the test resolves or rejects. */
function controlled() {
  const computations: { resolve: (value: unknown) => void; reject: (error: Error) => void }[] = [];
  const compute = () =>
    new Promise<Rendering>((resolve, reject) => {
      computations.push({ resolve: (value) => resolve({ value, sources: [], untilMs: Infinity }), reject });
    });
  return { compute, computations };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const text = ({ body }: { body: Buffer }) => JSON.parse(body.toString());

describe('concurrent callers', () => {
  test('share one rendering', async () => {
    const { prerendered } = fakeCache();
    const { compute, computations } = controlled();
    const responses = [1, 2, 3].map(() => prerendered.render('week', 0, compute));
    await turn();
    expect(computations).toHaveLength(1);
    computations[0]?.resolve('free');
    expect((await Promise.all(responses)).map(text)).toEqual(['free', 'free', 'free']);
    expect(computations).toHaveLength(1);
  });

  test('never get a response that a change invalidated while they waited', async () => {
    const { prerendered, state } = fakeCache();
    const { compute, computations } = controlled();
    const first = prerendered.render('week', 0, compute);
    const second = prerendered.render('week', 0, compute);
    await turn();
    state.unchanged = false;
    computations[0]?.resolve('old');
    await first;
    await turn();
    expect(computations).toHaveLength(2);
    computations[1]?.resolve('new');
    expect(text(await second)).toBe('new');
  });

  test('render the response themselves after a rendering fails', async () => {
    const { prerendered } = fakeCache();
    const { compute, computations } = controlled();
    const first = prerendered.render('week', 0, compute);
    const second = prerendered.render('week', 0, compute);
    computations[0]?.reject(new Error('the database is unavailable'));
    await expect(first).rejects.toThrow('the database is unavailable');
    await turn();
    computations[1]?.resolve('free');
    expect(text(await second)).toBe('free');
  });

  test('with different keys do not wait for each other', async () => {
    const { prerendered } = fakeCache();
    const { compute, computations } = controlled();
    const responses = [prerendered.render('week', 0, compute), prerendered.render('month', 0, compute)];
    expect(computations).toHaveLength(2);
    for (const computation of computations) computation.resolve('free');
    await Promise.all(responses);
  });

  test('share the second rendering if the first could not be stored', async () => {
    const { prerendered, state } = fakeCache({ combines: false });
    const { compute, computations } = controlled();
    const responses = [1, 2, 3].map(() => prerendered.render('week', 0, compute));
    computations[0]?.resolve('just loaded');
    await turn();
    expect(computations).toHaveLength(2);
    state.combines = true;
    computations[1]?.resolve('read again');
    expect((await Promise.all(responses)).map(text)).toEqual(['just loaded', 'read again', 'read again']);
  });

  test('do not wait if responses are never stored', async () => {
    const { prerendered } = fakeCache({ combines: false });
    const { compute, computations } = controlled();
    for (let i = 0; i < 3; i += 1) {
      const alone = prerendered.render('week', 0, compute);
      computations[i]?.resolve('free');
      await alone;
    }
    const responses = [prerendered.render('week', 0, compute), prerendered.render('week', 0, compute)];
    expect(computations).toHaveLength(5);
    for (const computation of computations) computation.resolve('free');
    await Promise.all(responses);
  });
});
