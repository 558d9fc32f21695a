import { describe, expect, test } from 'vitest';
import { createPrerenderedResponses, type Rendering } from './prerendered-responses.ts';

/** A cache whose values have not changed while `unchanged`, and can be stored while `stores`. */
function someCache({ stores = true } = {}) {
  const state = { unchanged: true, stores };
  const combine = () => (state.stores ? { reuse: () => state.unchanged } : null);
  return { state, prerendered: createPrerenderedResponses({ combine } as never) };
}

/** Computations that end when the test says so. */
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

describe('of several callers at once', () => {
  test('one renders the response, and all get it', async () => {
    const { prerendered } = someCache();
    const { compute, computations } = controlled();
    const asked = [1, 2, 3].map(() => prerendered.render('week', 0, compute));
    await turn();
    expect(computations).toHaveLength(1);
    computations[0]?.resolve('free');
    expect((await Promise.all(asked)).map(text)).toEqual(['free', 'free', 'free']);
    expect(computations).toHaveLength(1);
  });

  test('none gets a response that a change invalidated while it waited', async () => {
    const { prerendered, state } = someCache();
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

  test('the next renders when the first fails', async () => {
    const { prerendered } = someCache();
    const { compute, computations } = controlled();
    const first = prerendered.render('week', 0, compute);
    const second = prerendered.render('week', 0, compute);
    computations[0]?.reject(new Error('the database is unavailable'));
    await expect(first).rejects.toThrow('the database is unavailable');
    await turn();
    computations[1]?.resolve('free');
    expect(text(await second)).toBe('free');
  });

  test('one with another key does not wait', async () => {
    const { prerendered } = someCache();
    const { compute, computations } = controlled();
    const asked = [prerendered.render('week', 0, compute), prerendered.render('month', 0, compute)];
    expect(computations).toHaveLength(2);
    for (const computation of computations) computation.resolve('free');
    await Promise.all(asked);
  });

  test('the next renders when the first response could not be stored, and the rest wait for that', async () => {
    const { prerendered, state } = someCache({ stores: false });
    const { compute, computations } = controlled();
    const asked = [1, 2, 3].map(() => prerendered.render('week', 0, compute));
    computations[0]?.resolve('just loaded');
    await turn();
    expect(computations).toHaveLength(2);
    state.stores = true;
    computations[1]?.resolve('read again');
    expect((await Promise.all(asked)).map(text)).toEqual(['just loaded', 'read again', 'read again']);
  });

  test('none waits where responses are never stored', async () => {
    const { prerendered } = someCache({ stores: false });
    const { compute, computations } = controlled();
    for (let i = 0; i < 3; i += 1) {
      const alone = prerendered.render('week', 0, compute);
      computations[i]?.resolve('free');
      await alone;
    }
    const asked = [prerendered.render('week', 0, compute), prerendered.render('week', 0, compute)];
    expect(computations).toHaveLength(5);
    for (const computation of computations) computation.resolve('free');
    await Promise.all(asked);
  });
});
