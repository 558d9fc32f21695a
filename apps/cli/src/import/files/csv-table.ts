import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { type CsvError, parse } from 'csv-parse';
import { counted } from '../../shared/terminal/words.ts';
import { Failure } from '../../shared/user-error.ts';

/** Bounds of a file: more than this is no book of one shop. */
export const csvBounds = {
  maximumBytes: 64 * 1024 * 1024,
  maximumColumns: 64,
  maximumRecordBytes: 64 * 1024,
  maximumRows: 500_000,
} as const;

/** A row that cannot be used. `line` counts from 1, the header included. */
export type InvalidRow = { file: string; line: number; reason: string };

/** What a parse function throws for a row that cannot be used. */
export class InvalidFieldError extends Error {
  override name = 'InvalidFieldError';
}

export type Read<Row> = { rows: Row[]; bad: InvalidRow[] };

/**
 * Streams a CSV file (UTF-8, comma, first line names the columns, other columns are passed over) and parses each row.
 * Rows that cannot be used are collected. Throws Failure when the file itself cannot be: missing, too large, a column
 * missing or twice, a quote without its end.
 */
export async function readCsv<Column extends string, Row>(
  path: string,
  columns: readonly Column[],
  parseRow: (fields: Record<Column, string>, line: number) => Row,
): Promise<Read<Row>> {
  const file = basename(path);
  checkSize(path);
  const rows: Row[] = [];
  const bad: InvalidRow[] = [];
  let header: readonly string[] | undefined;
  for await (const { record, line } of records(path)) {
    if (header === undefined) {
      header = checkHeader(record, columns, path);
      continue;
    }
    if (rows.length + bad.length >= csvBounds.maximumRows) {
      throw new Failure('file_too_large', `${path} has more than ${csvBounds.maximumRows} rows.`);
    }
    try {
      rows.push(parseRow(toFields(record, header, columns), line));
    } catch (error) {
      if (!(error instanceof InvalidFieldError)) throw error;
      bad.push({ file, line, reason: error.message });
    }
  }
  if (header === undefined) throw new Failure('file_invalid', `${path} is empty.`);
  return { rows, bad };
}

function checkSize(path: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) {
    throw new Failure('file_unreadable', `There is no file ${path}.`, {
      remediation: 'Check the name of the folder.',
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
        ? 'Look for a quotation mark without its partner near that line.'
        : 'Check the file.',
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
  const twice = columns.filter((column) => record.indexOf(column) !== record.lastIndexOf(column));
  if (missing.length === 0 && twice.length === 0) return record;
  throw new Failure('file_invalid', `The first line of ${path} does not name the columns that are needed.`, {
    details: [...missing.map((column) => `missing: ${column}`), ...twice.map((column) => `twice: ${column}`)],
    remediation: `It needs ${columns.join(',')} in any order.`,
  });
}

function toFields<Column extends string>(
  record: readonly string[],
  header: readonly string[],
  columns: readonly Column[],
): Record<Column, string> {
  if (record.length !== header.length) {
    throw new InvalidFieldError(
      `has ${counted(record.length, 'column')} where the first line has ${header.length}`,
    );
  }
  const fields = columns.map((column) => [column, record[header.indexOf(column)] ?? ''] as const);
  for (const [column, value] of fields) {
    if (value.includes('\uFFFD')) throw new InvalidFieldError(`${column} is not UTF-8 text`);
    if (/\p{Cc}/u.test(value)) throw new InvalidFieldError(`${column} has control characters`);
  }
  return Object.fromEntries(fields) as Record<Column, string>;
}
