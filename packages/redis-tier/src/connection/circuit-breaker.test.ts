import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RedisUnavailableError } from '../core/index.ts';
import { type CircuitBreaker, createCircuitBreaker } from './circuit-breaker.ts';

const deadlineMs = 50;
/** The last millisecond of a deadline, and one that a fake setImmediate takes. */
const lastMs = 2;

/** A client whose replies to PING are set by the test. */
class FakeClient extends EventEmitter {
  status = 'ready';
  readonly pingedAtMs: number[] = [];
  reply: () => Promise<unknown> = () => Promise.reject(new Error('no connection'));
  ping(): Promise<unknown> {
    this.pingedAtMs.push(performance.now());
    return this.reply();
  }
}

let client: FakeClient;
let breaker: CircuitBreaker;
let changes: string[];
beforeEach(() => {
  vi.useFakeTimers();
  client = new FakeClient();
  changes = [];
  breaker = createCircuitBreaker(client, {
    deadlineMs,
    onChange: (state, reason) => changes.push(`${state}: ${reason}`),
  });
});
afterEach(() => {
  breaker.close();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Sends a command that the test answers. */
function command() {
  let resolve: (reply: unknown) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const replied = new Promise((...settle) => {
    [resolve, reject] = settle;
  });
  const outcome = breaker.send(() => replied).catch((error: unknown) => error);
  return { resolve, reject, outcome };
}

/** Opens the breaker, and returns the pauses before the next `count` probes, all of which fail. */
async function pausesOf(count: number): Promise<number[]> {
  client.pingedAtMs.splice(0);
  const openedAtMs = performance.now();
  client.emit('close');
  while (client.pingedAtMs.length < count) await vi.advanceTimersToNextTimerAsync();
  return client.pingedAtMs.map((atMs, i) => atMs - (client.pingedAtMs[i - 1] ?? openedAtMs));
}

describe('the deadline', () => {
  test('rejects all waiting commands when nothing has been answered for that long', async () => {
    const sent = [command(), command()];
    await vi.advanceTimersByTimeAsync(deadlineMs - 1);
    expect(breaker).toMatchObject({ state: 'closed', waiting: 2 });
    await vi.advanceTimersByTimeAsync(lastMs);
    expect(breaker).toMatchObject({ state: 'open', waiting: 0 });
    for (const { outcome } of sent) expect(await outcome).toBeInstanceOf(RedisUnavailableError);
    expect(await command().outcome).toBeInstanceOf(RedisUnavailableError);
    expect(changes).toEqual([`open: no reply for ${deadlineMs} ms`]);
  });

  test.each(['a reply', 'an error reply'])('begins again with %s to any command', async (kind) => {
    const [first] = [command(), command()];
    await vi.advanceTimersByTimeAsync(deadlineMs - 10);
    if (kind === 'a reply') first?.resolve('OK');
    else first?.reject(Object.assign(new Error('OOM'), { name: 'ReplyError' }));
    await vi.advanceTimersByTimeAsync(deadlineMs - 1);
    expect(breaker).toMatchObject({ state: 'closed', waiting: 1 });
    await vi.advanceTimersByTimeAsync(lastMs);
    expect(breaker.state).toBe('open');
  });

  test('does not count time without waiting commands', async () => {
    command().resolve('OK');
    await vi.advanceTimersByTimeAsync(deadlineMs - 5);
    command();
    await vi.advanceTimersByTimeAsync(deadlineMs - 1);
    expect(breaker.state).toBe('closed');
  });

  test('does not count time in which the event loop was blocked', async () => {
    const [first] = [command(), command()];
    await vi.advanceTimersByTimeAsync(deadlineMs - 10);
    first?.resolve('OK');
    await vi.advanceTimersByTimeAsync(0);
    // The timer that is due in 10 ms fires 300 ms late.
    const now = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => now() + 300);
    await vi.advanceTimersByTimeAsync(deadlineMs - 1);
    expect(breaker.state).toBe('closed');
    await vi.advanceTimersByTimeAsync(lastMs);
    expect(breaker.state).toBe('open');
  });

  test('does not count a reply as missing that waits in the socket of a blocked event loop', async () => {
    const { resolve, outcome } = command();
    command();
    vi.advanceTimersToNextTimer();
    resolve('OK');
    expect(await outcome).toBe('OK');
    await vi.advanceTimersByTimeAsync(deadlineMs - 1);
    expect(breaker.state).toBe('closed');
    await vi.advanceTimersByTimeAsync(lastMs);
    expect(breaker.state).toBe('open');
  });
});

describe('an error', () => {
  test('of the server is passed on, and any other one means that Redis is unavailable', async () => {
    const [refused, failed] = [command(), command()];
    const reply = Object.assign(new Error('OOM'), { name: 'ReplyError' });
    refused.reject(reply);
    failed.reject(new Error('socket closed'));
    expect(await refused.outcome).toBe(reply);
    expect(await failed.outcome).toBeInstanceOf(RedisUnavailableError);
    expect(breaker).toMatchObject({ state: 'closed', waiting: 0 });
  });
});

test('a command knows whether its caller still waits', async () => {
  let isWaiting = (): boolean => false;
  const sent = breaker.send((waiting) => {
    isWaiting = waiting;
    return new Promise(() => {});
  });
  expect(isWaiting()).toBe(true);
  client.emit('close');
  await expect(sent).rejects.toBeInstanceOf(RedisUnavailableError);
  expect(isWaiting()).toBe(false);
});

describe('a failed connection', () => {
  test('rejects what waits as soon as it is closed', async () => {
    const { outcome } = command();
    client.emit('close');
    expect(await outcome).toBeInstanceOf(RedisUnavailableError);
    expect(changes).toEqual(['open: the connection was closed']);
  });

  test('is probed with doubling pauses, from a tenth of a second to two seconds', async () => {
    expect(await pausesOf(7)).toEqual([100, 200, 400, 800, 1600, 2000, 2000]);
  });

  test('is probed with short pauses again after it has worked', async () => {
    await pausesOf(4);
    client.reply = async () => 'PONG';
    await vi.advanceTimersByTimeAsync(1600 + lastMs);
    expect(breaker.state).toBe('closed');
    client.reply = () => Promise.reject(new Error('no connection'));
    expect(await pausesOf(2)).toEqual([100, 200]);
  });

  test('is not in use while a probe is unanswered, which fails after the deadline', async () => {
    client.reply = () => new Promise(() => {});
    expect(await pausesOf(3)).toEqual([100, deadlineMs + 200, deadlineMs + 400]);
    expect(changes).toHaveLength(1);
  });

  test('is probed at once when it is ready again, by one PING', async () => {
    client.emit('close');
    client.reply = async () => 'PONG';
    client.emit('ready');
    client.emit('ready');
    await vi.advanceTimersByTimeAsync(0);
    expect(breaker.state).toBe('closed');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(client.pingedAtMs).toHaveLength(1);
    expect(changes).toEqual(['open: the connection was closed', 'closed: a probe was answered']);
  });
});

test('a connection that is not ready yet is used only after a probe', async () => {
  const connecting = new FakeClient();
  connecting.status = 'connecting';
  connecting.reply = async () => 'PONG';
  const other = createCircuitBreaker(connecting, { deadlineMs });
  expect(other.state).toBe('open');
  connecting.status = 'ready';
  connecting.emit('ready');
  await vi.advanceTimersByTimeAsync(0);
  expect(other.state).toBe('closed');
  other.close();
});

test('a breaker that was closed on purpose rejects everything, and neither probes nor listens', async () => {
  const { outcome } = command();
  breaker.close();
  expect(await outcome).toBeInstanceOf(RedisUnavailableError);
  client.reply = async () => 'PONG';
  client.emit('ready');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(breaker.state).toBe('open');
  expect(client.pingedAtMs).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
  expect(client.eventNames().filter((name) => client.listenerCount(name) > 0)).toEqual([]);
});
