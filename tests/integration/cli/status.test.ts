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
  await until('Redis was looked at', async () => (await readStatus()).redis.available);
});
afterAll(() => server.stop());

async function readStatus(): Promise<ServerStatus> {
  const { stdout } = await bookedbarber(server, ['status', '--json']);
  return JSON.parse(stdout);
}

/**
 * What the server answers at a moment at which it sees Redis. Its sample, a second old at most, says "away" as soon as one
 * question was not answered within half a second, which happens on a machine that others use too.
 */
const whileRedisIsReachable: typeof fetch = async (input, init) => {
  let answer = Response.error();
  await until('the server sees Redis', async () => {
    answer = await fetch(input, init);
    const { redis } = (await answer.clone().json()) as ServerStatus;
    return redis.available;
  });
  return answer;
};

/** A terminal of so many columns, which is interrupted at pause number `ends`. */
function terminal(columns: number, ends: number, atPause: (pause: number) => void = () => {}) {
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
      if (pauses === ends) interrupt();
    },
  };
  return { written, changes, stillListens: () => listening };
}

describe('status into a pipe', () => {
  test('is printed once, with every part of the installation and without colors', async () => {
    // A held-up machine may have lost sight of Redis for a moment.
    let said = await bookedbarber(server, ['status']);
    await until('all is well', async () => {
      said = await bookedbarber(server, ['status']);
      return said.stdout.includes('all is well');
    });
    const { code, stdout, stderr } = said;
    expect([code, stderr]).toEqual([0, '']);
    for (const words of [
      `BookedBarber at ${server.url}`,
      '1 process, ',
      'all is well',
      /^Redis$/m,
      /^ {2}memory +[█░]+ [\d.]+ %, [\d.]+ MB of [\d.]+ MB$/mu,
      /^ {2}connections +\d+ of [\d,]+$/m,
      /^ {2}operations +\d+\/s$/m,
      /^Cache {2}hit rate [\d.]+ % in the last 5 minutes/m,
      /^ {2}default +5 min +3 +(33\.3|66\.7) %/m,
      /^Limits {2}decided in Redis$/m,
      /^ {2}default +\d+ +0 +0$/m,
      /^Messages {2}lag 0 s$/m,
    ])
      expect(stdout).toMatch(words);
    expect(stdout).not.toContain('\u001b');
  });

  test('as JSON is what the API answers', async () => {
    expect(Value.Check(ServerStatus, await readStatus())).toBe(true);
  });
});

describe('status in a terminal', () => {
  test('is drawn anew in place until Ctrl-C, and leaves the terminal as it was', async () => {
    const { written, changes, stillListens } = terminal(100, 3);
    const { code, stderr } = await bookedbarber(server, ['status'], {
      ...changes,
      fetch: whileRedisIsReachable,
    });
    expect([code, stderr]).toEqual([0, '']);
    expect(written[0]).toBe('\u001b[?1049h\u001b[?25l');
    expect(written.filter((text) => text.startsWith('\u001b[H'))).toHaveLength(3);
    expect(written.at(-1)).toBe('\u001b[?25h\u001b[?1049l');
    expect(written[3]).toMatch(/operations +\d+\/s +[▁-█]{3}/u);
    expect(written[1]).toContain('every 2 s; Ctrl-C ends');
    expect(stillListens()).toBe(0);
  });

  test('asks every so many seconds', async () => {
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

  test('says when the server has fallen silent, keeps the last picture, and goes on when it is back', async () => {
    let silent = false;
    const { written, changes } = terminal(100, 3, (pause) => {
      silent = pause === 1;
    });
    const { code } = await bookedbarber(server, ['status'], {
      ...changes,
      fetch: (input, init) =>
        silent ? Promise.reject(new TypeError('fetch failed')) : whileRedisIsReachable(input, init),
    });
    expect(code).toBe(0);
    const pictures = written.filter((text) => text.startsWith('\u001b[H'));
    expect(pictures.map((text) => text.includes('No answer; what follows is from'))).toEqual([
      false,
      true,
      false,
    ]);
    expect(pictures[1]).toContain('memory');
  });

  test('ends with a failure when there was never an answer, without touching the screen', async () => {
    const { written, changes } = terminal(100, 1);
    const nothing = { url: `http://127.0.0.1:${await freePort()}`, operatorToken: server.operatorToken };
    const { code, stderr } = await bookedbarber(nothing, ['status'], changes);
    expect([code, written]).toEqual([1, []]);
    expect(stderr).toContain(`Nothing answers at ${nothing.url}.`);
  });

  test('ends at once while an answer is awaited', async () => {
    const { changes } = terminal(100, 1);
    let interrupt = (): void => {};
    const { code } = await bookedbarber(server, ['status'], {
      ...changes,
      onInterrupt: (listener) => {
        interrupt = listener;
        return () => {};
      },
      fetch: (_, init) => {
        const asked = new Promise<Response>((_, reject) =>
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)),
        );
        interrupt();
        return asked;
      },
    });
    expect(code).toBe(0);
  });

  test.each([40, 60, 80])('of %i columns shows what fits', async (columns) => {
    const { written, changes } = terminal(columns, 1);
    const { code } = await bookedbarber(server, ['status', '--once'], changes);
    expect(code).toBe(0);
    const lines = stripVTControlCharacters(written.join('')).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(lines.some((line) => /bookings +(60 s +)?0 +-/.test(line))).toBe(true);
  });
});

test.each(['0', '3601', 'often', '1.5'])('every %s seconds is refused', async (every) => {
  const { code, stderr } = await bookedbarber(server, ['status', '--every', every]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('Write whole seconds from 1 to 3600.')]);
});
