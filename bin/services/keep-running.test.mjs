import { describe, expect, it } from 'vitest';
import { Backoff } from './backoff.mjs';
import { supervise } from './keep-running.mjs';

describe('the waits before a restart', () => {
  const limits = { attempts: 3, firstMs: 100, calmMs: 1000 };

  it('double, and end when it has ended too often', () => {
    const backoff = new Backoff(limits, () => 0);
    expect([backoff.next(), backoff.next(), backoff.next(), backoff.next()]).toEqual([
      100,
      200,
      400,
      undefined,
    ]);
  });

  it('begin anew after a calm time', () => {
    let now = 0;
    const backoff = new Backoff(limits, () => now);
    backoff.next();
    backoff.next();
    now += 1001;
    expect(backoff.next()).toBe(100);
  });
});

/** A process that ends when the test says so. */
class FakeProcess {
  /** @type {(how: string) => void} */
  end = () => {};
  /** @type {Promise<string>} */
  exited = new Promise((resolve) => {
    this.end = resolve;
  });
}

describe('what is kept running', () => {
  it('is started again when it ends, and knows the one before', async () => {
    /** @type {unknown[]} */
    const before = [];
    /** @type {string[]} */
    const told = [];
    const first = new FakeProcess();
    const again = new Promise((resolve) => {
      supervise({
        name: 'It',
        start: async (last) => {
          before.push(last);
          if (last !== undefined) resolve(undefined);
          return last === undefined ? first : new FakeProcess();
        },
        stop: async () => {},
        onWarning: (message) => told.push(message),
        onGaveUp: () => {},
      });
    });
    first.end('exit code 3');
    await again;
    expect(before).toEqual([undefined, first]);
    expect(told[0]).toContain('exit code 3');
  });

  it('is not started again once it was told to stop', async () => {
    let starts = 0;
    const only = new FakeProcess();
    const kept = supervise({
      name: 'It',
      start: async () => {
        starts += 1;
        return only;
      },
      stop: async (running) => running.end('signal SIGTERM'),
      onWarning: () => {},
      onGaveUp: () => {},
    });
    await kept.started;
    await kept.stop();
    await only.exited;
    expect(starts).toBe(1);
  });

  it('reports a first start that fails, and does not repeat it', async () => {
    const kept = supervise({
      name: 'It',
      start: async () => {
        throw new Error('no');
      },
      stop: async () => {},
      onWarning: () => {},
      onGaveUp: () => {},
    });
    await expect(kept.started).rejects.toThrow('no');
    await kept.stop();
  });

  it('ends a start that is under way when it is told to stop', async () => {
    const kept = supervise({
      name: 'It',
      start: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('stopped')));
        }),
      stop: async () => {},
      onWarning: () => {},
      onGaveUp: () => {},
    });
    const started = expect(kept.started).rejects.toThrow('stopped');
    await kept.stop();
    await started;
  });
});
