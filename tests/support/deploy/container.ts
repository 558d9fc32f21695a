import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import type { Built } from './stages.ts';

export type Container = {
  output(): string;
  /** Stops it with SIGTERM, like an orchestrator. Resolves with the exit code; null if it had to be killed. */
  stop(): Promise<number | null>;
  /** Resolves with the exit code when the container exits. */
  exited: Promise<number | null>;
};

/** Time between SIGTERM and SIGKILL, in ms: the default of ECS. */
const stopWithinMs = 30_000;

/** Runs a command in the built image with only its environment, and as its user if this process runs as root. */
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

/** Exit code of the health check in a container with this environment. */
export async function checkHealth(built: Built, env: Record<string, string>): Promise<number | null> {
  const [code] = await once(spawnIn(built, env, built.healthcheck), 'exit');
  return code as number | null;
}

function spawnIn(built: Built, env: Record<string, string>, [program = '', ...args]: string[]): ChildProcess {
  const [uid = 0, gid = 0] = (built.user ?? '0:0').split(':').map(Number);
  return spawn(program, args, {
    cwd: join(built.root, built.workdir),
    env: { PATH: dirname(process.execPath), ...built.env, ...env },
    // The process exits when this channel closes, so a killed test run leaves no process behind.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    ...(process.getuid?.() === 0 ? { uid, gid } : {}),
  });
}
