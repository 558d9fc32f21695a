import type { Paint } from '../shared/terminal/paint.ts';
import { counted } from '../shared/terminal/words.ts';
import { differenceLines } from './difference.ts';
import type { PreparedFile } from './prepare-file.ts';

/** What came of an order for the file. */
export type Outcome = PreparedFile & {
  /** As the person named it. */
  file: string;
  written: boolean;
  dryRun: boolean;
  /** Whether others than its owner could read it before. */
  wasOpen: boolean;
  newRedisPassword: boolean;
};

export function outcomeLines(outcome: Outcome, paint: Paint): string[] {
  const { file, changes, missing, dryRun, wasOpen, newRedisPassword } = outcome;
  return [
    ...(changes.length === 0
      ? []
      : [`${counted(changes.length, 'change')}:`, ...differenceLines(changes, paint)]),
    paint.good(whatWasDone(outcome)),
    ...(wasOpen && !dryRun ? ['Others could read it before: think of new secrets.'] : []),
    ...(newRedisPassword && !dryRun
      ? [`Give the new REDIS_PASSWORD to the cluster: it stands in ${file} and nowhere else.`]
      : []),
    ...(missing.length === 0
      ? ['Try it with `bookedbarber doctor`.']
      : [paint.warning(`Production does not start yet without: ${missing.join(', ')}.`)]),
  ];
}

function whatWasDone({ file, dryRun, written }: Outcome): string {
  if (dryRun) return 'Dry run: nothing was written.';
  return written ? `Wrote ${file}; only its owner can read it.` : `Nothing to change in ${file}.`;
}

export function outcomeJson({ file, changes, missing, written }: Outcome) {
  return { file, written, complete: missing.length === 0, missing, changes };
}
