import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../copy.ts';

export type TestRun = {
  /** Durations of the files in ms. */
  readonly durations: ReadonlyMap<string, number>;
  /** The first failed test, or what else ended the run with an error. */
  readonly failure: string | undefined;
};

type Report = {
  testResults: {
    name: string;
    startTime: number;
    endTime: number;
    status: string;
    message: string;
    assertionResults: { fullName: string; status: string }[];
  }[];
};

/** Runs Vitest in a copy. A run that takes longer than `timeoutMs` is killed, with all its processes, and has failed. */
export async function runVitest(
  folder: string,
  args: readonly string[],
  timeoutMs: number,
): Promise<TestRun> {
  const report = join(folder, 'report.json');
  rmSync(report, { force: true });
  const vitest = join(project, 'node_modules/vitest/vitest.mjs');
  const child = spawn(
    process.execPath,
    [vitest, 'run', ...args, '--reporter=json', `--outputFile=${report}`],
    // A process group of its own, so that a timeout also ends what the tests have started.
    { cwd: folder, stdio: 'ignore', detached: true },
  );
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, timeoutMs);
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  clearTimeout(timer);
  if (timedOut) return { durations: new Map(), failure: 'timeout' };
  return { durations: new Map(), failure: code === 0 ? undefined : 'failed', ...read(report, folder, code) };
}

function read(report: string, folder: string, code: number | null): Partial<TestRun> {
  let results: Report['testResults'];
  try {
    results = (JSON.parse(readFileSync(report, 'utf8')) as Report).testResults;
  } catch {
    return { failure: `Vitest exited with ${code} without a report` };
  }
  const name = (path: string): string => path.slice(folder.length + 1);
  const durations = new Map(results.map((one) => [name(one.name), one.endTime - one.startTime]));
  if (code === 0) return { durations };
  for (const { name: file, assertionResults, status, message } of results) {
    const failed = assertionResults.find((one) => one.status === 'failed');
    if (failed !== undefined) return { durations, failure: `${name(file)}: ${failed.fullName}` };
    if (status === 'failed') return { durations, failure: `${name(file)}: ${message.split('\n')[0]}` };
  }
  return { durations };
}
