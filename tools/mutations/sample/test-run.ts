import { runVitest, type VitestRun } from '../vitest-run.ts';

export type TestRun = {
  /** Durations of the files in ms. */
  readonly durations: ReadonlyMap<string, number>;
  /** The first failed test, or what else ended the run with an error. */
  readonly failure: string | undefined;
  readonly failedFiles: readonly string[];
};

/** Runs test files in a copy. A run that takes longer than `timeoutMs` has failed. */
export async function runTests(folder: string, args: readonly string[], timeoutMs: number): Promise<TestRun> {
  const { exit, files } = await runVitest(folder, args, timeoutMs);
  const name = (path: string): string => path.slice(folder.length + 1);
  const failed = files.filter(({ status }) => status === 'failed');
  const failures = failed.map(({ name: path, assertionResults, message }) => {
    const test = assertionResults.find(({ status }) => status === 'failed')?.fullName;
    return `${name(path)}: ${test ?? message.split('\n')[0]}`;
  });
  return {
    durations: new Map(files.map((one) => [name(one.name), one.endTime - one.startTime])),
    failure: failures[0] ?? otherFailure(exit),
    failedFiles: failed.map((one) => name(one.name)),
  };
}

/** An error outside of tests fails no test. */
function otherFailure(exit: VitestRun['exit']): string | undefined {
  if (exit === 0) return undefined;
  return exit === 'timeout' ? 'timeout' : `Vitest exited with ${exit}`;
}
