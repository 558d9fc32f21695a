import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { noPaint } from '../../shared/terminal/paint.ts';
import { Failure } from '../../shared/user-error.ts';
import type { DataSetReport } from './data-set-report.ts';
import { reportText } from './report-text.ts';

/** Writes the report to `file`, if given: as JSON when its name ends in .json, otherwise as text. Throws Failure. */
export function saveReport(report: DataSetReport, file: string | undefined, folder: string): void {
  if (file === undefined) return;
  const path = resolve(folder, file);
  const isJson = path.toLowerCase().endsWith('.json');
  try {
    writeFileSync(path, isJson ? `${JSON.stringify(report, null, 2)}\n` : reportText(report, noPaint));
  } catch (error) {
    throw new Failure('file_unwritable', `The report cannot be written to ${path}.`, {
      remediation: 'Check that the folder exists and is writable.',
      cause: error,
    });
  }
}
