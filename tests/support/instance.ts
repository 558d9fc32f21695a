import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../dev/services/free-port.mjs';
import { poll } from '../../dev/setup/poll.mjs';
import { isAlive } from '../../dev/setup/processes.mjs';

const projectFolder = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The data folder and port of instances that run one after another. All their processes reference the folder. */
export interface Place {
  readonly dataFolder: string;
  readonly port: number;
  readonly url: string;
}

/** A running `npm start`, as in a terminal. */
export interface NpmStart {
  readonly npm: ChildProcess & { pid: number };
  readonly output: () => string;
  /** Resolves with the exit code of npm; null after a signal. */
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

/** Kills the remaining processes by their ids, so that a failed test does not affect the next one. */
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
    // A separate process group, as in a shell: Ctrl-C signals all of its processes.
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

/** Waits for the last line of the startup message. */
export async function untilRunning(start: NpmStart): Promise<void> {
  const seen = await poll(
    () => {
      if (/BookedBarber is running[\s\S]*Reset/.test(start.output())) return 'running';
      return start.npm.exitCode === null && start.npm.signalCode === null ? undefined : 'ended';
    },
    { timeoutMs: 300_000 },
  );
  if (seen !== 'running') throw new Error(`npm start: ${seen ?? 'too slow'}\n${start.output()}`);
}

/** The process id of dev/start.mjs, which `exec` runs in place of npm's shell. */
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
    // The process has already exited.
  }
}

export interface Leftover {
  readonly pid: number;
  readonly command: string;
}

/** Every process with the data folder in its environment, command line or working directory. */
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

/** Waits until no process is left. Returns those that remain after `timeoutMs`. */
export async function untilNothingIsLeft(place: Place, timeoutMs = 120_000): Promise<Leftover[]> {
  let last: Leftover[] = [];
  await poll(
    async () => {
      last = await leftovers(place);
      return last.length === 0 ? true : undefined;
    },
    { timeoutMs, everyMs: 100 },
  );
  return last;
}

/** The environment of a terminal, without the variables of npm, Vitest and test servers. */
function outerEnvironment(): NodeJS.ProcessEnv {
  const own =
    /^(npm_|VITEST|BOOKEDBARBER_|REDIS_URL|REDIS_PASSWORD|DATABASE_URL|NODE_ENV$|HOST$|PUBLIC_URL$|OPERATOR_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}
