import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { poll } from '../../../dev/setup/poll.mjs';
import {
  clearPlace,
  kill,
  leftovers,
  makePlace,
  type NpmStart,
  npmStart,
  type Place,
  startScript,
  untilNothingIsLeft,
  untilRunning,
} from '../../support/instance.ts';

const instanceFile = ({ dataFolder }: Place): string => join(dataFolder, 'instance.json');

/** All ways to stop an instance. After a kill -9, the next start must clean up the lock. */
const waysToEnd: readonly [string, (start: NpmStart, place: Place) => Promise<void>][] = [
  ['Ctrl-C in the terminal (SIGINT to the group)', async ({ npm }) => kill(-npm.pid, 'SIGINT')],
  ['SIGINT to npm alone', async ({ npm }) => kill(npm.pid, 'SIGINT')],
  ['SIGTERM to npm', async ({ npm }) => kill(npm.pid, 'SIGTERM')],
  ['SIGTERM to the start script', async (_, place) => kill(await startScript(place), 'SIGTERM')],
  ['a closed terminal (SIGHUP to the group)', async ({ npm }) => kill(-npm.pid, 'SIGHUP')],
  ['kill -9 of npm', async ({ npm }) => kill(npm.pid, 'SIGKILL')],
  ['kill -9 of the start script', async (_, place) => kill(await startScript(place), 'SIGKILL')],
  ['kill -9 of npm and the start script together', async ({ npm }) => kill(-npm.pid, 'SIGKILL')],
];

describe.runIf(process.platform === 'linux')('npm start leaves no process behind', () => {
  let place: Place;

  beforeAll(async () => {
    place = await makePlace();
  });

  afterAll(() => clearPlace(place));

  it.each(waysToEnd)('after %s, and starts again on the same data', async (way, end) => {
    const start = npmStart(place);
    await untilRunning(start);
    expect(await leftovers(place)).not.toEqual([]);
    expect(existsSync(instanceFile(place))).toBe(true);
    await end(start, place);
    expect(await untilNothingIsLeft(place)).toEqual([]);
    if (!way.startsWith('kill -9')) expect(existsSync(instanceFile(place))).toBe(false);
  });

  it('after a kill of the watchdog and then of npm', async () => {
    const start = npmStart(place);
    await untilRunning(start);
    const watchdog = (await leftovers(place)).find(({ command }) =>
      command.includes('services/watchdog.mjs'),
    );
    if (watchdog === undefined) throw new Error('The watchdog was not found');
    kill(watchdog.pid, 'SIGKILL');
    kill(start.npm.pid, 'SIGKILL');
    expect(await untilNothingIsLeft(place)).toEqual([]);
  });

  it.each(['> exec node', 'Starting PostgreSQL', 'Starting the server', 'Creating the demo shop'])(
    'after SIGTERM during startup, at "%s", and exits cleanly',
    async (moment) => {
      const start = npmStart(place);
      const seen = await poll(() => start.output().includes(moment) || undefined, {
        timeoutMs: 60_000,
        everyMs: 5,
      });
      expect(seen).toBe(true);
      kill(start.npm.pid, 'SIGTERM');
      // Before Node runs the start script, the signal kills it.
      expect(await start.exited).toBeOneOf(moment === '> exec node' ? [0, null] : [0]);
      expect(start.output()).not.toMatch(/Error|\n +at /);
      expect(await untilNothingIsLeft(place)).toEqual([]);
    },
  );
});
