import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { csvBounds, InvalidFieldError, readCsv } from './csv-table.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bookedbarber-csv-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(content: string | Buffer) {
  const path = join(folder, 'rows.csv');
  writeFileSync(path, content);
  return readCsv(path, ['code', 'name'], (fields, line) => ({ ...fields, line }));
}

test('columns may be in any order, with other columns and a byte order mark', async () => {
  const { rows, invalidRows } = await read(
    '\uFEFFname,note,code\r\n"Cut, short",x,CUT\r\n\r\nShave,y,SHV\r\n',
  );
  expect(rows).toEqual([
    { code: 'CUT', name: 'Cut, short', line: 2 },
    { code: 'SHV', name: 'Shave', line: 4 },
  ]);
  expect(invalidRows).toEqual([]);
});

test('rows with too few or too many columns are reported with their line', async () => {
  const { rows, invalidRows } = await read('code,name\nCUT\nSHV,Shave\nA,B,C\n');
  expect(rows).toHaveLength(1);
  expect(invalidRows).toEqual([
    { file: 'rows.csv', line: 2, reason: 'has 1 column, but the header has 2' },
    { file: 'rows.csv', line: 4, reason: 'has 3 columns, but the header has 2' },
  ]);
});

test('a row with invalid UTF-8 or control characters is invalid', async () => {
  const { invalidRows } = await read(Buffer.from('code,name\nA,caf\xe9\nB,\x1b[2J\n', 'latin1'));
  expect(invalidRows.map(({ reason }) => reason)).toEqual([
    'name is not valid UTF-8',
    'name contains control characters',
  ]);
});

test('only an InvalidFieldError makes a row invalid; other errors are thrown', async () => {
  const path = join(folder, 'rows.csv');
  writeFileSync(path, 'code,name\nA,B\n');
  const throwing = (error: Error) => () => {
    throw error;
  };
  expect((await readCsv(path, ['code'], throwing(new InvalidFieldError('no')))).invalidRows).toHaveLength(1);
  await expect(readCsv(path, ['code'], throwing(new TypeError('bug')))).rejects.toThrow('bug');
});

test.each([
  ['', 'is empty'],
  ['code\nA\n', 'is not a valid header'],
  ['code,name,name\nA,B,C\n', 'is not a valid header'],
  ['code,name\nA,"B\n', 'cannot be read as CSV'],
  [`${'c,'.repeat(csvBounds.maximumColumns)}code,name\n`, 'more than 64 columns'],
  [`code,name\nA,${'x'.repeat(csvBounds.maximumRecordBytes + 1)}\n`, 'cannot be read as CSV'],
])('an unusable file is rejected (%#)', async (content, reason) => {
  await expect(read(content)).rejects.toThrow(reason);
});

test('a missing file is reported', async () => {
  await expect(readCsv(join(folder, 'nothing.csv'), ['code'], () => null)).rejects.toThrow(
    'There is no file',
  );
});
