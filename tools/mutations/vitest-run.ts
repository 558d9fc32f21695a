import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { project } from './copy.ts';

/** What Vitest's JSON report has about one test file. Times are in ms since 1970. */
export type FileReport = {
  readonly name: string;
  readonly startTime: number;
  readonly endTime: number;
  readonly status: string;
  readonly message: string;
  readonly assertionResults: readonly {
    readonly title: string;
    readonly fullName: string;
    readonly status: string;
  }[];
};

export type VitestRun = {
  readonly exit: number | 'timeout' | null;
  /** Empty when Vitest ended without a report. */
  readonly files: readonly FileReport[];
};

/** Runs Vitest in a copy. After `timeoutMs`, and when this process exits, Vitest and all its processes are killed. */
export async function runVitest(
  folder: string,
  args: readonly string[],
  timeoutMs: number,
): Promise<VitestRun> {
  const report = join(folder, 'report.json');
  rmSync(report, { force: true });
  const vitest = join(project, 'node_modules/vitest/vitest.mjs');
  const child = spawn(
    process.execPath,
    [vitest, 'run', ...args, '--reporter=json', `--outputFile=${report}`],
    // A process group of its own, so that a kill also ends what the tests have started.
    { cwd: folder, stdio: 'ignore', detached: true },
  );
  const kill = (): void => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, timeoutMs);
  process.on('exit', kill);
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  process.off('exit', kill);
  clearTimeout(timer);
  return timedOut ? { exit: 'timeout', files: [] } : { exit: code, files: read(report) };
}

function read(report: string): readonly FileReport[] {
  try {
    return (JSON.parse(readFileSync(report, 'utf8')) as { testResults: FileReport[] }).testResults;
  } catch {
    return [];
  }
}
