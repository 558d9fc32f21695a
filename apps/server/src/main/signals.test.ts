import { EventEmitter } from 'node:events';
import { ConfigError } from '@bookedbarber/redis-tier/settings';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Host, runUntilStopped } from './signals.ts';

/** A fake `process` that does not exit: `exited` resolves with the first exit code. */
class TestHost extends EventEmitter {
  connected: boolean | undefined;
  readonly written: string[] = [];
  readonly stderr = { write: (text: string) => this.written.push(text) };
  exit: (code: number) => void = () => {};
  readonly exited = new Promise<number>((resolve) => {
    this.exit = resolve;
  });
}

let host: TestHost;
let closed: string[];
const close = (name: string) => [name, () => void closed.push(name)] as const;
const run = (start: Parameters<typeof runUntilStopped>[0]) => runUntilStopped(start, host as unknown as Host);

beforeEach(() => {
  host = new TestHost();
  closed = [];
});
afterEach(() => {
  vi.useRealTimers();
});

test.each(['SIGINT', 'SIGTERM', 'disconnect'])(
  '%s closes resources in reverse order and exits with 0',
  async (event) => {
    await run(async ({ onStop }) => {
      onStop(...close('first'));
      onStop(...close('second'));
    });
    host.emit(event);
    expect(await host.exited).toBe(0);
    expect(closed).toEqual(['second', 'first']);
    expect(host.written).toEqual([]);
  },
);

test('a signal during startup does not wait for the current step', async () => {
  const running = run(async ({ onStop }) => {
    onStop(...close('opened'));
    await new Promise(() => {});
  });
  host.emit('SIGTERM');
  expect(await host.exited).toBe(0);
  expect(closed).toEqual(['opened']);
  void running;
});

test('a resource opened after the signal is closed too, and the startup does not continue', async () => {
  const nextStep = vi.fn();
  let finishStep = () => {};
  const step = new Promise<void>((resolve) => {
    finishStep = resolve;
  });
  const running = run(async ({ onStop }) => {
    onStop('first', async () => {
      finishStep();
      await running;
      closed.push('first');
    });
    await step;
    onStop(...close('late'));
    nextStep();
  });
  host.emit('SIGTERM');
  expect(await host.exited).toBe(0);
  expect(closed).toEqual(['first', 'late']);
  expect(nextStep).not.toHaveBeenCalled();
});

test('a startup step that fails because the stop closed its resources is not reported', async () => {
  let fail: (error: Error) => void = () => {};
  const step = new Promise<void>((_resolve, reject) => {
    fail = reject;
  });
  const running = run(async ({ onStop }) => {
    onStop('database', () => fail(new Error('closed')));
    await step;
  });
  host.emit('SIGTERM');
  expect(await host.exited).toBe(0);
  await running;
  expect(host.written).toEqual([]);
});

test('ignores further signals during the stop', async () => {
  const slow = vi.fn(async () => {
    host.emit('SIGINT');
    host.emit('SIGTERM');
    host.emit('disconnect');
  });
  await run(async ({ onStop }) => onStop('slow', slow));
  host.emit('SIGTERM');
  expect(await host.exited).toBe(0);
  expect(slow).toHaveBeenCalledTimes(1);
});

test('stops when the parent exited before the handlers were registered', async () => {
  host.connected = false;
  await run(async ({ onStop }) => onStop(...close('opened')));
  expect(await host.exited).toBe(0);
});

test('a stop that exceeds 10 s reports the resource that did not close and exits with 1', async () => {
  vi.useFakeTimers();
  await run(async ({ onStop }) => {
    onStop(...close('database'));
    onStop('HTTP server', () => new Promise(() => {}));
  });
  host.emit('SIGTERM');
  await vi.advanceTimersByTimeAsync(9999);
  expect(host.written).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(await host.exited).toBe(1);
  expect(host.written).toEqual(['The stop took longer than 10 s: HTTP server did not close.\n']);
});

test('a failed close is reported, the other resources are closed, and the exit code is 1', async () => {
  await run(async ({ onStop }) => {
    onStop(...close('database'));
    onStop('HTTP server', () => Promise.reject(new Error('no')));
  });
  host.emit('SIGTERM');
  expect(await host.exited).toBe(1);
  expect(closed).toEqual(['database']);
  expect(host.written.join('')).toMatch(/^HTTP server failed to close: Error: no\n {4}at /);
});

test('a failed startup reports the error, closes the opened resources and exits with 1', async () => {
  await run(async ({ onStop }) => {
    onStop(...close('opened'));
    throw new Error('no server', { cause: new Error('port taken') });
  });
  expect(await host.exited).toBe(1);
  expect(closed).toEqual(['opened']);
  expect(host.written.join('')).toMatch(
    /^Error: no server\n {4}at .*\nCaused by: Error: port taken\n {4}at /s,
  );
});

test('an invalid setting is reported without a stack trace', async () => {
  const error = new ConfigError(['PORT is missing']);
  await run(() => Promise.reject(error));
  expect(await host.exited).toBe(1);
  expect(host.written).toEqual([`${error.message}\n`]);
});
