import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { type CsvError, parse } from 'csv-parse';
import { counted } from '../../shared/terminal/words.ts';
import { Failure } from '../../shared/user-error.ts';

/** Limits of a file, well above the export of one shop. */
export const csvBounds = {
  maximumBytes: 64 * 1024 * 1024,
  maximumColumns: 64,
  maximumRecordBytes: 64 * 1024,
  maximumRows: 500_000,
} as const;

/** An invalid row. `line` counts from 1, including the header. */
export type InvalidRow = { file: string; line: number; reason: string };

/** Thrown by a parse function for an invalid row. */
export class InvalidFieldError extends Error {
  override name = 'InvalidFieldError';
}

export type Read<Row> = { rows: Row[]; invalidRows: InvalidRow[] };

/**
 * Streams a CSV file (UTF-8, commas, with a header line) and parses each row. Ignores other columns and collects
 * invalid rows. Throws Failure for an unusable file: missing, too large, with a missing or duplicate column, or
 * malformed CSV.
 */
export async function readCsv<Column extends string, Row>(
  path: string,
  columns: readonly Column[],
  parseRow: (fields: Record<Column, string>, line: number) => Row,
): Promise<Read<Row>> {
  const file = basename(path);
  checkSize(path);
  const rows: Row[] = [];
  const invalidRows: InvalidRow[] = [];
  let header: readonly string[] | undefined;
  for await (const { record, line } of records(path)) {
    if (header === undefined) {
      header = checkHeader(record, columns, path);
      continue;
    }
    if (rows.length + invalidRows.length >= csvBounds.maximumRows) {
      throw new Failure('file_too_large', `${path} has more than ${csvBounds.maximumRows} rows.`);
    }
    try {
      rows.push(parseRow(toFields(record, header, columns), line));
    } catch (error) {
      if (!(error instanceof InvalidFieldError)) throw error;
      invalidRows.push({ file, line, reason: error.message });
    }
  }
  if (header === undefined) throw new Failure('file_invalid', `${path} is empty.`);
  return { rows, invalidRows };
}

function checkSize(path: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) {
    throw new Failure('file_unreadable', `There is no file ${path}.`, {
      remediation: 'Check the path of the folder.',
    });
  }
  if (size > csvBounds.maximumBytes) throw new Failure('file_too_large', `${path} is larger than 64 MiB.`);
}

async function* records(path: string): AsyncGenerator<{ record: string[]; line: number }> {
  const parser = parse({
    bom: true,
    info: true,
    max_record_size: csvBounds.maximumRecordBytes,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  });
  const source = createReadStream(path);
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      yield { record, line: info.lines };
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { code, message } = error as CsvError;
    throw new Failure('file_invalid', `${path} cannot be read as CSV: ${message}`, {
      remediation: code?.startsWith('CSV_')
        ? 'Look for an unmatched quotation mark near that line.'
        : 'Check that the file is readable.',
      cause: error,
    });
  } finally {
    source.destroy();
  }
}

function checkHeader(record: readonly string[], columns: readonly string[], path: string): readonly string[] {
  if (record.length > csvBounds.maximumColumns) {
    throw new Failure('file_invalid', `${path} has more than ${csvBounds.maximumColumns} columns.`);
  }
  const missing = columns.filter((column) => !record.includes(column));
  const duplicate = columns.filter((column) => record.indexOf(column) !== record.lastIndexOf(column));
  if (missing.length === 0 && duplicate.length === 0) return record;
  throw new Failure('file_invalid', `The first line of ${path} is not a valid header.`, {
    details: [
      ...missing.map((column) => `missing: ${column}`),
      ...duplicate.map((column) => `duplicate: ${column}`),
    ],
    remediation: `The header must contain ${columns.join(',')}, each once, in any order.`,
  });
}

function toFields<Column extends string>(
  record: readonly string[],
  header: readonly string[],
  columns: readonly Column[],
): Record<Column, string> {
  if (record.length !== header.length) {
    throw new InvalidFieldError(
      `has ${counted(record.length, 'column')}, but the header has ${header.length}`,
    );
  }
  const fields = columns.map((column) => [column, record[header.indexOf(column)] ?? ''] as const);
  for (const [column, value] of fields) {
    if (value.includes('\uFFFD')) throw new InvalidFieldError(`${column} is not valid UTF-8`);
    if (/\p{Cc}/u.test(value)) throw new InvalidFieldError(`${column} contains control characters`);
  }
  return Object.fromEntries(fields) as Record<Column, string>;
}
