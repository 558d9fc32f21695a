import type { Paint } from '../shared/terminal/paint.ts';
import { counted } from '../shared/terminal/words.ts';
import { formatDiff } from './difference.ts';
import type { PreparedFile } from './prepare-file.ts';

/** What came of an order for the file. */
export type EnvResult = PreparedFile & {
  /** As the person named it. */
  file: string;
  written: boolean;
  dryRun: boolean;
  /** Whether others than its owner could read it before. */
  wasReadableByOthers: boolean;
  newRedisPassword: boolean;
};

export function formatResult(outcome: EnvResult, paint: Paint): string[] {
  const { file, changes, missing, dryRun, wasReadableByOthers, newRedisPassword } = outcome;
  return [
    ...(changes.length === 0 ? [] : [`${counted(changes.length, 'change')}:`, ...formatDiff(changes, paint)]),
    paint.good(describeResult(outcome)),
    ...(wasReadableByOthers && !dryRun ? ['Others could read it before: think of new secrets.'] : []),
    ...(newRedisPassword && !dryRun
      ? [`Give the new REDIS_PASSWORD to the cluster: it stands in ${file} and nowhere else.`]
      : []),
    ...(missing.length === 0
      ? ['Try it with `bookedbarber doctor`.']
      : [paint.warning(`Production does not start yet without: ${missing.join(', ')}.`)]),
  ];
}

function describeResult({ file, dryRun, written }: EnvResult): string {
  if (dryRun) return 'Dry run: nothing was written.';
  return written ? `Wrote ${file}; only its owner can read it.` : `Nothing to change in ${file}.`;
}

export function resultJsonOf({ file, changes, missing, written }: EnvResult) {
  return { file, written, complete: missing.length === 0, missing, changes };
}
