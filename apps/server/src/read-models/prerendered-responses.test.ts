import { describe, expect, test } from 'vitest';
import { createPrerenderedResponses, type RenderedResponse } from './prerendered-responses.ts';

/** A cache whose answers are all as they were, until told otherwise. */
function someCache({ keeps = true } = {}) {
  const state = { unchanged: true, keeps };
  const bundle = () => (state.keeps ? { reuse: () => state.unchanged } : null);
  return { state, prerendered: createPrerenderedResponses({ bundle } as never) };
}

/** A making that ends when it is told to. */
function slow() {
  const render: { resolve: (value: unknown) => void; reject: (error: Error) => void }[] = [];
  const make = () =>
    new Promise<RenderedResponse>((resolve, reject) => {
      render.push({ resolve: (value) => resolve({ value, sources: [], untilMs: Infinity }), reject });
    });
  return { make, render };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const text = ({ body }: { body: Buffer }) => JSON.parse(body.toString());

describe('of those who ask at once', () => {
  test('one makes the answer, and all get it', async () => {
    const { prerendered: prepared } = someCache();
    const { make, render } = slow();
    const asked = [1, 2, 3].map(() => prepared.make('week', 0, make));
    await turn();
    expect(render).toHaveLength(1);
    render[0]?.resolve('free');
    expect((await Promise.all(asked)).map(text)).toEqual(['free', 'free', 'free']);
    expect(render).toHaveLength(1);
  });

  test('nobody takes an answer that a change made old while he waited', async () => {
    const { prerendered: prepared, state } = someCache();
    const { make, render } = slow();
    const first = prepared.make('week', 0, make);
    const second = prepared.make('week', 0, make);
    await turn();
    state.unchanged = false;
    render[0]?.resolve('old');
    await first;
    await turn();
    expect(render).toHaveLength(2);
    render[1]?.resolve('new');
    expect(text(await second)).toBe('new');
  });

  test('the others make their own when his making fails', async () => {
    const { prerendered: prepared } = someCache();
    const { make, render } = slow();
    const first = prepared.make('week', 0, make);
    const second = prepared.make('week', 0, make);
    render[0]?.reject(new Error('the database is away'));
    await expect(first).rejects.toThrow('the database is away');
    await turn();
    render[1]?.resolve('free');
    expect(text(await second)).toBe('free');
  });

  test('another name waits for nobody', async () => {
    const { prerendered: prepared } = someCache();
    const { make, render } = slow();
    const asked = [prepared.make('week', 0, make), prepared.make('month', 0, make)];
    expect(render).toHaveLength(2);
    for (const making of render) making.resolve('free');
    await Promise.all(asked);
  });

  test('the next makes it where the first could not be kept, and the rest wait for that', async () => {
    const { prerendered: prepared, state } = someCache({ keeps: false });
    const { make, render } = slow();
    const asked = [1, 2, 3].map(() => prepared.make('week', 0, make));
    render[0]?.resolve('just loaded');
    await turn();
    expect(render).toHaveLength(2);
    state.keeps = true;
    render[1]?.resolve('read again');
    expect((await Promise.all(asked)).map(text)).toEqual(['just loaded', 'read again', 'read again']);
  });

  test('nobody waits where answers are never kept', async () => {
    const { prerendered: prepared } = someCache({ keeps: false });
    const { make, render } = slow();
    for (let i = 0; i < 3; i += 1) {
      const alone = prepared.make('week', 0, make);
      render[i]?.resolve('free');
      await alone;
    }
    const asked = [prepared.make('week', 0, make), prepared.make('week', 0, make)];
    expect(render).toHaveLength(5);
    for (const making of render) making.resolve('free');
    await Promise.all(asked);
  });
});
