import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../dev/services/free-port.mjs';
import { poll } from '../../dev/setup/poll.mjs';
import { isAlive } from '../../dev/setup/processes.mjs';

const projectFolder = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A place where instances run one after another: a data folder, which all processes name, and a port. */
export interface Place {
  readonly dataFolder: string;
  readonly port: number;
  readonly url: string;
}

/** `npm start`, as a person runs it in a terminal. */
export interface NpmStart {
  readonly npm: ChildProcess & { pid: number };
  readonly output: () => string;
  /** Settles with the exit code of npm, null after a signal. */
  readonly exited: Promise<number | null>;
}

export async function makePlace(): Promise<Place> {
  const port = await freePort();
  return {
    dataFolder: await mkdtemp(join(tmpdir(), 'bookedbarber-start-')),
    port,
    url: `http://127.0.0.1:${port}`,
  };
}

/** Kills what is left, by the ids that were found, so that a failed test leaves nothing to the next one. */
export async function clearPlace(place: Place): Promise<void> {
  for (const { pid } of await leftovers(place)) kill(pid, 'SIGKILL');
  await untilNothingIsLeft(place);
  await rm(place.dataFolder, { recursive: true, force: true });
}

export function npmStart(
  place: Place,
  env: Record<string, string> = {},
  args: readonly string[] = [],
): NpmStart {
  const child = spawn('npm', ['start', ...args], {
    cwd: projectFolder,
    env: {
      ...outerEnvironment(),
      BOOKEDBARBER_DATA: place.dataFolder,
      PORT: String(place.port),
      ...env,
    },
    // A process group of its own, as a shell makes one for a command: Ctrl-C goes to all of it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.pid === undefined) throw new Error('npm could not be started');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return {
    npm: Object.assign(child, { pid: child.pid }),
    output: () => output,
    exited: new Promise((resolve) => child.once('close', resolve)),
  };
}

/** Waits for the last line of the screen. */
export async function untilRunning(start: NpmStart): Promise<void> {
  const seen = await poll(
    () => {
      if (/BookedBarber is running[\s\S]*Reset/.test(start.output())) return 'running';
      return start.npm.exitCode === null && start.npm.signalCode === null ? undefined : 'ended';
    },
    { withinMs: 300_000 },
  );
  if (seen !== 'running') throw new Error(`npm start: ${seen ?? 'too slow'}\n${start.output()}`);
}

/** The process of dev/start.mjs: what `exec` has put in the place of npm's shell. */
export async function startScript(place: Place): Promise<number> {
  const { pid } = JSON.parse(await readFile(join(place.dataFolder, 'instance.json'), 'utf8')) as {
    pid: number;
  };
  return pid;
}

export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

export interface Leftover {
  readonly pid: number;
  readonly command: string;
}

/**
 * Every process that has the data folder in its environment or its command line, or works in it.
 */
export async function leftovers(place: Place): Promise<Leftover[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [environment, folder, command] = await Promise.all([
        readFile(`/proc/${pid}/environ`, 'utf8').catch(() => ''),
        readlink(`/proc/${pid}/cwd`).catch(() => ''),
        readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
      ]);
      const isOurs = [environment, folder, command].some((text) => text.includes(place.dataFolder));
      return isOurs && isAlive(pid) ? [{ pid, command: command.replaceAll('\0', ' ').trim() }] : [];
    }),
  );
  return found.flat();
}

/** @returns what is still there when the time is up */
export async function untilNothingIsLeft(place: Place, withinMs = 120_000): Promise<Leftover[]> {
  let last: Leftover[] = [];
  await poll(
    async () => {
      last = await leftovers(place);
      return last.length === 0 ? true : undefined;
    },
    { withinMs, everyMs: 100 },
  );
  return last;
}

/** The environment of a person's terminal: without what npm, Vitest and this machine's servers have put in. */
function outerEnvironment(): NodeJS.ProcessEnv {
  const own =
    /^(npm_|VITEST|BOOKEDBARBER_|REDIS_URL|REDIS_PASSWORD|DATABASE_URL|NODE_ENV$|HOST$|PUBLIC_URL$|OPERATOR_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}
