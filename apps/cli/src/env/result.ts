import type { Paint } from '../shared/terminal/paint.ts';
import { counted } from '../shared/terminal/words.ts';
import { formatDiff } from './diff.ts';
import type { PreparedFile } from './prepare-file.ts';

/** The result of one run. */
export type EnvResult = PreparedFile & {
  /** Path as given. */
  file: string;
  written: boolean;
  dryRun: boolean;
  /** Whether the file mode allowed more than the owner access before. */
  wasReadableByOthers: boolean;
  newRedisPassword: boolean;
};

export function formatResult(outcome: EnvResult, paint: Paint): string[] {
  const { file, changes, missing, dryRun, wasReadableByOthers, newRedisPassword } = outcome;
  return [
    ...(changes.length === 0 ? [] : [`${counted(changes.length, 'change')}:`, ...formatDiff(changes, paint)]),
    paint.good(describeResult(outcome)),
    ...(wasReadableByOthers && !dryRun
      ? ['Other users could read it before: consider replacing the secrets.']
      : []),
    ...(newRedisPassword && !dryRun
      ? [`Set the new REDIS_PASSWORD as AUTH token of the cluster. It is stored only in ${file}.`]
      : []),
    ...(missing.length === 0
      ? ['Check the settings with `bookedbarber doctor`.']
      : [paint.warning(`The server does not start in production without: ${missing.join(', ')}.`)]),
  ];
}

function describeResult({ file, dryRun, written }: EnvResult): string {
  if (dryRun) return 'Dry run: nothing was written.';
  return written ? `Wrote ${file}; only its owner can read it.` : `${file} is up to date.`;
}

export function resultJsonOf({ file, changes, missing, written }: EnvResult) {
  return { file, written, complete: missing.length === 0, missing, changes };
}
