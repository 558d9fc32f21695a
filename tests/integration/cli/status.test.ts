import { stripVTControlCharacters } from 'node:util';
import { ServerStatus } from '@bookedbarber/contract';
import { until } from '@bookedbarber/redis-tier/testing';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CommandContext } from '../../../apps/cli/src/shared/io.ts';
import { freePort } from '../../../dev/services/free-port.mjs';
import { bookedbarber } from '../../support/bookedbarber.ts';
import { type LocalServer, startLocalServer } from '../../support/local-server.ts';

let server: LocalServer;
beforeAll(async () => {
  server = await startLocalServer({ env: { RATE_LIMIT_ENABLED: 'true' } });
  for (let i = 0; i < 3; i++) await fetch(`${server.url}/api/v1/shops`);
  await until('the server has sampled Redis', async () => (await readStatus()).redis.available);
});
afterAll(() => server.stop());

async function readStatus(): Promise<ServerStatus> {
  const { stdout } = await bookedbarber(server, ['status', '--json']);
  return JSON.parse(stdout);
}

/**
 * Fetches until the server reports Redis as available. Its sample, up to a second old, reports Redis as unavailable
 * after a single reply that takes over 500 ms, which can happen on a busy machine.
 */
const whileRedisIsReachable: typeof fetch = async (input, init) => {
  let response = Response.error();
  await until('Redis is available', async () => {
    response = await fetch(input, init);
    const { redis } = (await response.clone().json()) as ServerStatus;
    return redis.available;
  });
  return response;
};

/** A terminal with `columns` columns that sends an interrupt at pause number `lastPause`. */
function terminal(columns: number, lastPause: number, atPause: (pause: number) => void = () => {}) {
  const written: string[] = [];
  let interrupt = (): void => {};
  let listening = 0;
  let pauses = 0;
  const changes: Partial<CommandContext> = {
    stdout: { write: (text) => written.push(text), isTTY: true, columns, rows: 60 },
    onInterrupt: (listener) => {
      interrupt = listener;
      listening += 1;
      return () => {
        listening -= 1;
      };
    },
    wait: async () => {
      pauses += 1;
      atPause(pauses);
      if (pauses === lastPause) interrupt();
    },
  };
  return { written, changes, interruptListeners: () => listening };
}

describe('status in a pipe', () => {
  test('is printed once, with all sections and without colors', async () => {
    // On a busy machine, Redis may briefly appear unavailable.
    let result = await bookedbarber(server, ['status']);
    await until('there are no alerts', async () => {
      result = await bookedbarber(server, ['status']);
      return result.stdout.includes('no alerts');
    });
    const { code, stdout, stderr } = result;
    expect([code, stderr]).toEqual([0, '']);
    for (const words of [
      `BookedBarber at ${server.url}`,
      '1 process, ',
      'no alerts',
      /^Redis$/m,
      /^ {2}memory +[█░]+ [\d.]+ %, [\d.]+ MB of [\d.]+ MB$/mu,
      /^ {2}connections +\d+ of [\d,]+$/m,
      /^ {2}operations +[\d,]+\/s$/m,
      /^Cache {2}hit rate [\d.]+ % in the last 5 minutes/m,
      /^ {2}default +5 min +3 +(33\.3|66\.7) %/m,
      /^Limits {2}decided in Redis$/m,
      /^ {2}default +\d+ +0 +0$/m,
      /^Messages {2}lag 0 s$/m,
    ])
      expect(stdout).toMatch(words);
    expect(stdout).not.toContain('\u001b');
    expect(stdout.split('BookedBarber at')).toHaveLength(2);
  });

  test('as JSON is the response of the API', async () => {
    expect(Value.Check(ServerStatus, await readStatus())).toBe(true);
  });
});

describe('status in a terminal', () => {
  test('refreshes in place until Ctrl-C, and restores the terminal', async () => {
    const { written, changes, interruptListeners } = terminal(100, 3);
    const { code, stderr } = await bookedbarber(server, ['status'], {
      ...changes,
      fetch: whileRedisIsReachable,
    });
    expect([code, stderr]).toEqual([0, '']);
    expect(written[0]).toBe('\u001b[?1049h\u001b[?25l');
    expect(written.filter((text) => text.startsWith('\u001b[H'))).toHaveLength(3);
    expect(written.at(-1)).toBe('\u001b[?25h\u001b[?1049l');
    expect(written[3]).toMatch(/operations +[\d,]+\/s +[▁-█]{3}/u);
    expect(written[1]).toContain('refreshes every 2 s; Ctrl-C to exit');
    expect(interruptListeners()).toBe(0);
  });

  test('refreshes at the interval of --every', async () => {
    const waits: number[] = [];
    const { changes } = terminal(100, 2);
    const { wait } = changes;
    await bookedbarber(server, ['status', '--every', '30'], {
      ...changes,
      wait: async (ms) => {
        waits.push(ms);
        await wait?.(ms);
      },
    });
    expect(waits).toEqual([30_000, 30_000]);
  });

  test('shows the last status while the server does not respond, and then continues', async () => {
    let unreachable = false;
    const { written, changes } = terminal(100, 3, (pause) => {
      unreachable = pause === 1;
    });
    const { code } = await bookedbarber(server, ['status'], {
      ...changes,
      fetch: (input, init) =>
        unreachable ? Promise.reject(new TypeError('fetch failed')) : whileRedisIsReachable(input, init),
    });
    expect(code).toBe(0);
    const screens = written.filter((text) => text.startsWith('\u001b[H'));
    expect(screens.map((text) => text.includes('No response; showing the status at'))).toEqual([
      false,
      true,
      false,
    ]);
    expect(screens[1]).toContain('memory');
  });

  test('fails without changing the screen if the first request fails', async () => {
    const { written, changes } = terminal(100, 1);
    const nothing = { url: `http://127.0.0.1:${await freePort()}`, operatorToken: server.operatorToken };
    const { code, stderr } = await bookedbarber(nothing, ['status'], changes);
    expect([code, written]).toEqual([1, []]);
    expect(stderr).toContain(`No server is listening at ${nothing.url}.`);
  });

  test('exits immediately during a request', async () => {
    const { changes } = terminal(100, 1);
    let interrupt = (): void => {};
    const { code } = await bookedbarber(server, ['status'], {
      ...changes,
      onInterrupt: (listener) => {
        interrupt = listener;
        return () => {};
      },
      fetch: (_, init) => {
        const pending = new Promise<Response>((_, reject) =>
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)),
        );
        interrupt();
        return pending;
      },
    });
    expect(code).toBe(0);
  });

  test.each([40, 60, 80])('fits into %i columns', async (columns) => {
    const { written, changes } = terminal(columns, 1);
    const { code } = await bookedbarber(server, ['status', '--once'], changes);
    expect(code).toBe(0);
    const lines = stripVTControlCharacters(written.join('')).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(lines.some((line) => /bookings +(60 s +)?0 +-/.test(line))).toBe(true);
  });
});

test.each(['0', '3601', 'often', '1.5'])('--every %s is rejected', async (every) => {
  const { code, stderr } = await bookedbarber(server, ['status', '--every', every]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('Use whole seconds from 1 to 3600.')]);
});
