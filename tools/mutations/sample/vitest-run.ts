import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../copy.ts';

export type TestRun = {
  /** Durations of the files in ms. */
  readonly durations: ReadonlyMap<string, number>;
  /** The first failed test, or what else ended the run with an error. */
  readonly failure: string | undefined;
  readonly failedFiles: readonly string[];
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
  if (timedOut) return { durations: new Map(), failure: 'timeout', failedFiles: [] };
  return read(report, folder, code);
}

function read(report: string, folder: string, code: number | null): TestRun {
  let results: Report['testResults'];
  try {
    results = (JSON.parse(readFileSync(report, 'utf8')) as Report).testResults;
  } catch {
    const failure = `Vitest exited with ${code} without a report`;
    return { durations: new Map(), failure, failedFiles: [] };
  }
  const name = (path: string): string => path.slice(folder.length + 1);
  const failed = results.filter(({ status }) => status === 'failed');
  const failures = failed.map(({ name: path, assertionResults, message }) => {
    const test = assertionResults.find(({ status }) => status === 'failed')?.fullName;
    return `${name(path)}: ${test ?? message.split('\n')[0]}`;
  });
  return {
    durations: new Map(results.map((one) => [name(one.name), one.endTime - one.startTime])),
    // An error outside of tests fails no test.
    failure: code === 0 ? undefined : (failures[0] ?? 'an error outside of the tests'),
    failedFiles: failed.map((one) => name(one.name)),
  };
}
