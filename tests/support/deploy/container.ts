import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import type { Built } from './stages.ts';

export type Container = {
  output(): string;
  /** Asks it to end as an orchestrator does, and gives the exit code; null when it had to be killed. */
  stop(): Promise<number | null>;
  /** Settles when it ends by itself. */
  exited: Promise<number | null>;
};

/** Longest time between SIGTERM and SIGKILL, in ms: what ECS gives by default. */
const stopWithinMs = 30_000;

/** Starts a command in what was built, with its environment and no other, as its user where we are root. */
export function startContainer(
  built: Built,
  env: Record<string, string>,
  command = built.command,
): Container {
  const child = spawnIn(built, env, command);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  return {
    output: () => output,
    exited,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
      const code = await exited;
      clearTimeout(timer);
      return code;
    },
  };
}

/** Exit code of the health check inside of a container with this environment. */
export async function checkHealth(built: Built, env: Record<string, string>): Promise<number | null> {
  const [code] = await once(spawnIn(built, env, built.healthcheck), 'exit');
  return code as number | null;
}

function spawnIn(built: Built, env: Record<string, string>, [program = '', ...args]: string[]): ChildProcess {
  const [uid = 0, gid = 0] = (built.user ?? '0:0').split(':').map(Number);
  return spawn(program, args, {
    cwd: join(built.root, built.workdir),
    env: { PATH: dirname(process.execPath), ...built.env, ...env },
    // The process ends itself when this channel closes, so a killed test run leaves nothing behind.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    ...(process.getuid?.() === 0 ? { uid, gid } : {}),
  });
}
